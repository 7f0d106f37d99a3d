"""The JSON API of reception: what each room offers."""

from ninja import Router

from citygrid.reception.hotline import call_api

router = Router()
router.add_router("", call_api.router)
