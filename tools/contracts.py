"""Import contracts that import-linter has no type for; pyproject.toml names them."""

from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

INSIDE_AN_APP = (("urls",), ("views", "api", "admin", "jobs", "management"), ("services",), ("selectors",), ("models",))
RANK = {name: level for level, names in enumerate(INSIDE_AN_APP) for name in names}


def within(module: str, package: str) -> bool:
    """The package itself or anything below it."""
    return module == package or module.startswith(f"{package}.")


def direct_imports(graph: ImportGraph) -> Iterator[tuple[str, str]]:
    """Every (importer, imported) pair, in a fixed order."""
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            yield importer, imported


class _RowsContract(Contract):
    """A contract whose check lists bad imports; none means kept."""

    def bad(self, graph: ImportGraph) -> Iterator[str]:
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        rows = list(self.bad(graph))
        return ContractCheck(kept=not rows, metadata={"rows": rows})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for row in check.metadata["rows"]:
            output.print_error(row, bold=False)


class SoleImporters(_RowsContract):
    """`package` (of ours or foreign) is imported directly by the `importers` only; new modules are held from birth."""

    type_name = "sole_importers"
    package = fields.StringField()
    importers = fields.ListField(subfield=fields.StringField())

    def bad(self, graph: ImportGraph) -> Iterator[str]:
        allowed = [str(self.package), *self._names()]
        for importer, imported in direct_imports(graph):
            if within(imported, str(self.package)) and not any(within(importer, name) for name in allowed):
                yield f"{importer} imports {imported}; only {', '.join(self._names())} may"

    def _names(self) -> list[str]:
        names: Any = self.importers
        return list(names)


class MayImportOnly(_RowsContract):
    """Of the root package, `module` imports only itself and what `allowed` names."""

    type_name = "may_import_only"
    module = fields.StringField()
    allowed = fields.ListField(subfield=fields.StringField())

    def bad(self, graph: ImportGraph) -> Iterator[str]:
        module, names = str(self.module), [str(name) for name in _listed(self.allowed)]
        root = module.split(".", maxsplit=1)[0]
        for importer, imported in direct_imports(graph):
            if not within(importer, module) or not within(imported, root) or imported == root:
                continue
            if not any(within(imported, name) for name in (module, *names)):
                yield f"{importer} imports {imported}; {module} may import only {', '.join(names)}"


class InsideApps(_RowsContract):
    """In every app urls → views … → services → selectors → models, and another app's models are never imported."""

    type_name = "inside_apps"
    apps = fields.StringField()

    def bad(self, graph: ImportGraph) -> Iterator[str]:
        prefix = f"{self.apps}."
        for importer, imported in direct_imports(graph):
            if not (importer.startswith(prefix) and imported.startswith(prefix)):
                continue
            (app, layer), (other, part) = (_place(name.removeprefix(prefix)) for name in (importer, imported))
            if app != other and part == "models":
                yield f"{importer} imports {imported}: call the services or selectors of {other}"
            if app == other and RANK.get(layer, -1) > RANK.get(part, len(RANK)):
                yield f"{importer} imports {imported}: {layer} is below {part}"


def _place(path: str) -> tuple[str, str]:
    app, _, rest = path.partition(".")
    return app, rest.split(".", maxsplit=1)[0]


def _listed(value: Any) -> list[Any]:
    return list(value)
