"""Addresses of the dispatch desk, batches, the dry run, work orders, handing over."""

from django.urls import path

from citygrid.coordination.dispatching import (
    batch_pages,
    desk_pages,
    dry_run_pages,
    hand_over_pages,
    picking,
    why_pages,
    work_order_pages,
)

urlpatterns = [
    path("dispatch/", desk_pages.desk, name="dispatch"),
    path("dispatch/units/", picking.pick_unit, name="pick_unit"),
    path("dispatch/cases/<uuid:case_id>/", desk_pages.chosen, name="dispatch_case"),
    path("dispatch/cases/<uuid:case_id>/send/", desk_pages.send, name="dispatch_send"),
    path("dispatch/cases/<uuid:case_id>/why/", why_pages.why, name="why_unit"),
    path("dispatch/batches/", batch_pages.listed, name="batches"),
    path("dispatch/batches/new/", batch_pages.new, name="new_batch"),
    path("dispatch/batches/<uuid:batch_id>/", batch_pages.batch, name="batch"),
    path("dispatch/batches/<uuid:batch_id>/go/", batch_pages.go_on, name="batch_go"),
    path("dispatch/dry-run/", dry_run_pages.dry_run, name="dry_run"),
    path("dispatch/hand-over/", hand_over_pages.bodies, name="hand_overs"),
    path("dispatch/hand-over/<str:code>/", hand_over_pages.hand_over, name="hand_over"),
    path("work-orders/", work_order_pages.several, name="work_orders"),
    path("work-orders/<uuid:case_id>.pdf", work_order_pages.one, name="work_order"),
]
