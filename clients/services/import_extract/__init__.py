"""Load a counter extract: stage -> validate -> diff -> apply, dataset by dataset, each in one transaction."""

from clients.services.import_extract.run import Report, continue_run, import_path, load_extract

__all__ = ["Report", "continue_run", "import_path", "load_extract"]
