"""The papermill engine ``warm``: each notebook in a fresh process forked from a warm one.

``papermill --engine warm in.ipynb out.ipynb`` leaves behind what the usual engine does: papermill and nbclient write
the notebook, and the kernel is ipykernel. Where no warm process can be had, the usual engine does it.
"""

from __future__ import annotations

import os
import time
from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.log import logger
from papermill.utils import remove_args

from helpers.warm.client import Warm, from_here
from helpers.warm.messages import NotServed
from helpers.warm.pipe import KernelGone, PipeManager

SAVE_SECONDS = 5.0
NOT_FOR_US = ("input_path", "kernel_manager_class")


class WarmEngine(NBClientEngine):
    """Executes notebooks in children of a warm process."""

    @classmethod
    def execute_notebook(
        cls,
        nb,
        kernel_name,
        output_path=None,
        progress_bar=True,
        log_output=False,
        autosave_cell_every=30,
        **settings: Any,
    ):
        """Do as every engine of papermill does, but write the notebook down less often (`_SeldomSaved`)."""
        nb_man = _SeldomSaved(
            nb,
            output_path=output_path,
            progress_bar=progress_bar,
            log_output=log_output,
            autosave_cell_every=autosave_cell_every,
        )
        nb_man.notebook_start()
        try:
            cls.execute_managed_notebook(nb_man, kernel_name, log_output=log_output, **settings)
        finally:
            nb_man.cleanup_pbar()
            nb_man.is_at_end = True
            nb_man.notebook_complete()
        return nb_man.nb

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, memory_bytes=None, **settings: Any):
        """Execute a notebook.

        Parameters
        ----------
        nb_man, kernel_name
            As papermill gives them. Notebooks in another language than Python go to the usual engine.
        memory_bytes
            What the notebook's process may use on top of the loaded libraries; no limit where None.
        settings
            ``start_timeout``, ``execution_timeout`` and whatever nbclient takes.
        """
        warm = warm_process() if is_python(nb_man.nb, kernel_name) else None
        if warm is None:
            logger.info("No warm process can be had; the usual engine runs this notebook")
            return super().execute_managed_notebook(nb_man, kernel_name, **settings)
        manager = PipeManager(warm, memory_bytes=memory_bytes)
        client = _Client(nb_man, km=manager, **_for_client(kernel_name, settings))
        try:
            return client.execute()
        except NotServed as error:
            if client.began:
                raise
            logger.info("The warm process does not serve (%s); the usual engine runs this notebook", error)
            return super().execute_managed_notebook(nb_man, kernel_name, **settings)
        finally:
            manager.cleanup_resources()


class _SeldomSaved(NotebookExecutionManager):
    """Writes the notebook at the beginning, at the end and at most once in a while between.

    papermill writes the whole of it before and after each cell: for a notebook of fifty cells and a megabyte a second.
    """

    is_at_end, _saved = False, float("-inf")

    def save(self, **options: Any) -> None:
        if self.is_at_end or time.monotonic() - self._saved > SAVE_SECONDS:
            super().save(**options)
            self._saved = time.monotonic()


class _Client(PapermillNotebookClient):
    """papermill's client, which marks the cell in which a process died."""

    began = False

    def execute_cell(self, cell, cell_index, *args: Any, **options: Any):
        self.began = True
        try:
            return super().execute_cell(cell, cell_index, *args, **options)
        except KernelGone as error:
            self.nb_man.cell_exception(self.nb.cells[cell_index], cell_index=cell_index, exception=error)
            self.nb.metadata.papermill["exit_status"] = error.status
            raise


def warm_process() -> Warm | None:
    """The warm process that this one came from, else the one that this user's kernels share, if there is one."""
    if warm := from_here():
        return warm
    try:
        from helpers.warm import shared
    except ImportError:
        return None
    return shared.warm_process()


def is_python(notebook: Any, kernel_name: str) -> bool:
    """Whether a notebook is for this very Python: its kernel is one of ours or the one called python3."""
    return kernel_name in ("python3", "care-atlas") and os.name == "posix"


def _for_client(kernel_name: str, settings: dict[str, Any]) -> dict[str, Any]:
    """papermill's words for what nbclient is told."""
    told = remove_args(["timeout", "startup_timeout", "start_timeout", "execution_timeout", *NOT_FOR_US], **settings)
    return {
        **told,
        "timeout": settings.get("execution_timeout") or settings.get("timeout"),
        "startup_timeout": settings.get("start_timeout", 60),
        "kernel_name": kernel_name,
        "log": logger,
    }
