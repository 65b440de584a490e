"""What shapes the results of each camera: its settings, the versions, the models it takes."""

from quietwatch.model import Camera
from quietwatch.pipeline.identity import Recipe
from quietwatch.pipeline.sync import keep_models
from quietwatch.pipeline.tuning import Tuning
from quietwatch.store.place import Place


class Recipes:
    """The recipe of each camera; its models are kept before anything is made with them.

    Args:
        place: the store.
        tenant: whose cameras.
        tuning: what holds for each camera.
    """

    def __init__(self, place: Place, tenant: str, tuning: Tuning) -> None:
        self._place = place
        self._tenant = tenant
        self._tuning = tuning
        self._known: dict[str, Recipe] = {}

    def of(self, camera: Camera) -> Recipe:
        """Of one camera.

        Raises:
            ConfigError: its settings can't be used, or name a model that is not there.
        """
        settings = self._tuning.of(camera)
        name = settings.model_dump_json(include={"media", "vision", "privacy", "judge"})
        if name not in self._known:
            keep_models(self._place, self._tenant, settings.vision)
            self._known[name] = Recipe(settings)
        return self._known[name]
