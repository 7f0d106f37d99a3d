"""The JSON API of collection: what each room offers."""

from ninja import Router

from citygrid.collection.field import field_api, near_api
from citygrid.collection.patrol import patrol_api
from citygrid.collection.positions import positions_api
from citygrid.collection.syncing import syncing_api

router = Router()
router.add_router("", field_api.router)
router.add_router("", near_api.router)
router.add_router("", syncing_api.router)
router.add_router("", positions_api.router)
router.add_router("", patrol_api.router)
