"""The JSON API of collection: what each room offers."""

from ninja import Router

from citygrid.collection.field import field_api
from citygrid.collection.syncing import syncing_api

router = Router()
router.add_router("", field_api.router)
router.add_router("", syncing_api.router)
