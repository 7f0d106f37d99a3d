"""The JSON API of collection: what each room offers."""

from ninja import Router

router = Router()
