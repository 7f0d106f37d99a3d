"""Addresses of reception: hotline desk, shifts, intake, permits, public safety; each room lists its own."""

from citygrid.reception.hotline import call_urls
from citygrid.reception.intake import intake_urls
from citygrid.reception.permits import permit_urls
from citygrid.reception.safety import safety_urls
from citygrid.reception.shifts import shift_urls

app_name = "reception"

urlpatterns = [
    *call_urls.urlpatterns,
    *shift_urls.urlpatterns,
    *intake_urls.urlpatterns,
    *permit_urls.urlpatterns,
    *safety_urls.urlpatterns,
]
