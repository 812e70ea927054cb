"""What the frozen application holds: what is left out, what stays the system's, which modules stay source."""

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path, PurePosixPath

# Never imported when the application runs, however many of its libraries could make use of them.
EXCLUDED = (
    # tokenizers can download; without these nothing in the folder can
    "huggingface_hub", "hf_xet", "httpx", "httpx2", "httpcore2", "anyio", "fsspec", "truststore", "h11", "certifi",
    "ssl", "_ssl",
    # the reference and the judges of our layout, for tests only
    "umap", "pynndescent", "sklearn", "joblib", "pyqtgraph",
    # optional branches of numba, scipy, polars, Pillow, tokenizers, python-docx
    "tensorflow", "torch", "matplotlib", "IPython", "pandas", "pyarrow", "OpenGL", "cupy", "dask", "sympy", "yaml",
    "numba.cuda", "numba.tests", "llvmlite.tests", "numpy.f2py.tests", "sqlalchemy", "altair",
    # of scipy, sparse matrices and trees of neighbours are used
    "scipy.cluster", "scipy.datasets", "scipy.differentiate", "scipy.fft", "scipy.fftpack", "scipy.integrate",
    "scipy.interpolate", "scipy.io", "scipy.ndimage", "scipy.odr", "scipy.optimize", "scipy.signal", "scipy.stats",
    "onnx", "onnxruntime.quantization", "onnxruntime.transformers", "onnxruntime.tools",
    # what builds and tests
    "pytest", "hypothesis", "mypy", "ruff", "setuptools", "pkg_resources", "pip", "wheel", "hatchling", "lib2to3",
    "tkinter", "_tkinter", "readline", "pydoc_data", "doctest",
    # Qt: Core, Gui, Widgets, Svg, and Network for the one running window
    "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtQuickWidgets", "PySide6.QtTest", "PySide6.QtSql", "PySide6.QtXml",
    "PySide6.QtPrintSupport", "PySide6.QtDesigner", "PySide6.QtUiTools", "PySide6.QtHelp", "PySide6.QtConcurrent",
)  # fmt: skip

# Parts of files' paths in the folder. Qt's plugins for screens that are no desktop, a theme that brings GTK along,
# its own encryption; numba's layer for Intel's TBB, which we never use; headers, stubs and tests of libraries.
DROPPED = (
    "platformthemes/libqgtk3", "egldeviceintegrations/", "platforms/libqeglfs", "platforms/libqlinuxfb",
    "platforms/libqvnc", "platforms/libqvkkhrdisplay", "platforms/libqminimal.", "platforms/libqminimalegl",
    "plugins/generic/", "plugins/tls/", "plugins/networkinformation/", "libQt6EglF", "Qt6VirtualKeyboard",
    "plugins/platforminputcontexts/libqtvirtualkeyboard", "ufunc/tbbpool", "np/ufunc/omppool",
    "imageformats/libqtga", "imageformats/libqwbmp", "imageformats/libqpdf", "libQt6Pdf",
    "wayland-shell-integration/libivi", "wayland-shell-integration/libfullscreen", "wayland-shell-integration/libqt-sh",
    "PySide6/Qt/translations/", "PySide6/translations/", "/tests/", "/include/", ".pyi", "numba/cuda/", "/libssl.",
    "/direct_url.json",  # where the sources lay when this was built
)  # fmt: skip

# Where a Linux has its own, only its own fits its drivers and its settings: an old libstdc++ in the folder breaks new
# graphics drivers, a strange fontconfig reads the wrong fonts. They become what the package depends on.
SYSTEMS_OWN = (
    "libstdc++.so", "libgcc_s.so", "libX11", "libXau.so", "libXdmcp.so", "libXext", "libXrender", "libXcomposite",
    "libXcursor", "libXdamage", "libXfixes", "libXi.so", "libXinerama", "libXrandr", "libatspi", "libepoxy",
    "libjpeg.so", "libxcb.so",
    "libxcb-", "libxkbcommon", "libdbus-1", "libfontconfig", "libfreetype", "libexpat.so", "libglib-2", "libgthread-2",
    "libgobject-2", "libgmodule-2", "libgio-2", "libgdk", "libgtk", "libatk", "libpango", "libcairo", "libharfbuzz",
    "libpixman", "libfribidi", "libthai", "libdatrie", "libgraphite2", "libsystemd", "libgcrypt", "libgpg-error",
    "libcap", "libmount", "libblkid", "libselinux", "libkrb5", "libk5", "libgssapi", "libcom_err", "libkeyutils",
    "libbsd", "libmd.so", "libpng16", "libbrotli", "libpcre2", "libz.so", "libtinfo", "liblz4", "libzstd.so",
    "libuuid", "libEGL", "libGL", "libOpenGL", "libwayland-", "libdrm", "libgbm",
)  # fmt: skip

# Whose versions the application asks for when it runs. Of the three builds of onnxruntime there is one.
METADATA = (
    "embexplorer", "PySide6-Essentials", "numpy", "polars", "onnxruntime", "onnxruntime-gpu", "onnxruntime-directml",
    "tokenizers", "hnswlib", "numba", "pillow",
)  # fmt: skip


def is_kept(destination: str, source: str, platform: str = sys.platform) -> bool:
    """Whether a file belongs into the folder. destination: its place there; source: where it comes from."""
    place, origin = "/" + destination.replace("\\", "/"), source.replace("\\", "/")
    if any(part in place for part in DROPPED):
        return False
    is_systems = platform == "linux" and "site-packages" not in origin
    return not (is_systems and PurePosixPath(place).name.startswith(SYSTEMS_OWN))


def installed(names: Iterable[str]) -> list[str]:
    """Those of the distributions that are there."""
    there = {found.metadata["Name"].lower().replace("_", "-") for found in metadata.distributions()}
    return [name for name in names if name.lower() in there]


def kernel_modules(package: Path) -> list[str]:
    """The modules of the package whose functions numba compiles.

    They are kept as sources: numba finds what it has compiled by the place of the source, and a frozen module has
    none, so that every start from another folder would compile everything again.
    """
    return [
        ".".join(path.relative_to(package.parent).with_suffix("").parts)
        for path in sorted(package.rglob("*.py"))
        if any(name == "numba" or name.endswith("base.kernels") for name in _imported(path))
    ]


def _imported(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if "numba" not in text and "kernels" not in text:  # most modules; parsing them all would take seconds
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def distributions(modules: Iterable[str], known: dict[str, list[str]]) -> list[str]:
    """The distributions behind the top-level names of modules. known: as importlib.metadata.packages_distributions."""
    tops = {module.replace("\\", "/").split("/")[0].split(".")[0] for module in modules}
    return sorted({name for top in tops for name in known.get(top, ())} - {"embexplorer"}, key=str.lower)


def info_plist(version: str) -> dict[str, object]:
    """What macOS is told of the application: its version, its kind of document, and what else it opens."""
    project, opened = "org.embexplorer.project", ["public.comma-separated-values-text", "public.image", "public.folder"]
    return {
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "LSMinimumSystemVersion": "13.0",
        "LSApplicationCategoryType": "public.app-category.productivity",
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": project,
                "UTTypeDescription": "embexplorer project",
                "UTTypeConformsTo": ["public.database", "public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["embx"],
                    "public.mime-type": ["application/x-embexplorer"],
                },
            }
        ],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "embexplorer project",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [project],
            },
            {
                "CFBundleTypeName": "Tables, pictures and folders",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": opened,
            },
        ],
    }
