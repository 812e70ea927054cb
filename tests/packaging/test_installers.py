"""The files that systems read about the application agree with the application and with each other."""

import configparser
import importlib.util
import plistlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

from embexplorer.cli.commands import ALL
from embexplorer.store.schema import APPLICATION_ID

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
SHARE = PACKAGING / "linux" / "share"
NAME = "org.embexplorer.embexplorer"
MIME = "application/x-embexplorer"
XMLNS = "{http://www.freedesktop.org/standards/shared-mime-info}"


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"installers_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


needed, contents = loaded(PACKAGING / "linux" / "needed.py"), loaded(PACKAGING / "freeze" / "contents.py")
smoke = loaded(PACKAGING / "smoke.py")


def desktop_entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(SHARE / "applications" / f"{NAME}.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_desktop_entry_opens_projects_and_offers_tables_and_pictures() -> None:
    entry = desktop_entry()
    kinds = entry["MimeType"].rstrip(";").split(";")
    assert {MIME, "text/csv", "image/png", "image/jpeg"} <= set(kinds)
    assert "inode/directory" not in kinds  # or folders would open in embexplorer on a bare desktop
    assert entry["Exec"] == "embexplorer %F"
    assert entry["Icon"] == NAME
    assert entry["Terminal"] == "false"


def test_the_window_goes_with_its_desktop_entry() -> None:
    assert f'setDesktopFileName("{NAME}")' in (ROOT / "embexplorer" / "gui" / "main.py").read_text(encoding="utf-8")


def test_the_kind_of_file_is_told_by_its_bytes_and_its_name() -> None:
    kind = ET.parse(SHARE / "mime" / "packages" / f"{NAME}.xml").getroot()[0]
    assert kind.get("type") == MIME
    number = kind.find(f"{XMLNS}magic/{XMLNS}match/{XMLNS}match")
    assert number is not None
    assert (number.get("offset"), int(number.get("value", "0"), 16)) == ("68", APPLICATION_ID)
    assert [glob.get("pattern") for glob in kind.iter(f"{XMLNS}glob")] == ["*.embx"]


def test_the_metainfo_belongs_to_the_same_application() -> None:
    root = ET.parse(SHARE / "metainfo" / f"{NAME}.metainfo.xml").getroot()
    assert root.findtext("id") == NAME
    assert root.findtext("launchable") == f"{NAME}.desktop"
    assert root.findtext("provides/mediatype") == MIME
    assert root.findtext("project_license") == "Apache-2.0"


def test_the_newest_release_is_this_version() -> None:
    import embexplorer

    release = ET.parse(SHARE / "metainfo" / f"{NAME}.metainfo.xml").getroot().find("releases/release")
    assert release is not None and release.get("version") == embexplorer.__version__


def test_the_man_page_tells_every_command_that_fills_a_project() -> None:
    page = (PACKAGING / "linux" / "embexplorer.1").read_text(encoding="utf-8")
    told = set(re.findall(r'^\.BI? "?([a-z]+)', page, re.MULTILINE))
    assert {command.name for command in ALL} - {"rescue"} <= told


def test_the_document_type_of_macos() -> None:
    told = plistlib.loads(plistlib.dumps(contents.info_plist("1.2.3")))
    (declared,) = told["UTExportedTypeDeclarations"]
    assert declared["UTTypeTagSpecification"]["public.filename-extension"] == ["embx"]
    assert declared["UTTypeTagSpecification"]["public.mime-type"] == [MIME]
    assert told["CFBundleDocumentTypes"][0]["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert told["CFBundleShortVersionString"] == "1.2.3"


def test_macos_lets_the_kernels_be_compiled() -> None:
    told = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert told["com.apple.security.cs.allow-jit"] is True


def test_windows_removes_every_key_that_it_writes() -> None:
    script = (PACKAGING / "windows" / "installer.nsi").read_text(encoding="utf-8")
    install, uninstall = script.split('Section "Uninstall"')
    written = set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', install))
    removed = set(re.findall(r'DeleteReg\w+ (?:/ifempty )?HKCU "([^"]+)"', uninstall))
    assert written
    assert [key for key in written if not any(key == gone or key.startswith(f"{gone}\\") for gone in removed)] == []


def test_windows_asks_before_it_removes_what_the_user_made() -> None:
    uninstall = (PACKAGING / "windows" / "installer.nsi").read_text(encoding="utf-8").split('Section "Uninstall"')[1]
    question, removal = uninstall.index("MessageBox MB_YESNO"), uninstall.index('RMDir /r "$LOCALAPPDATA')
    assert question < removal
    assert "/SD IDNO" in uninstall[question:removal]  # nobody to ask: everything is kept


def test_the_workflow_uses_what_there_is() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"packaging[/\\][\w./\\-]+\.(?:sh|py|spec|nsi|lock|plist)", workflow))
    assert len(named) >= 7
    assert [name for name in named if not (ROOT / name.replace("\\", "/")).is_file()] == []


@pytest.mark.parametrize("script", ["linux/build.sh", "linux/install.sh", "freeze/lock.sh", "macos/build.sh"])
def test_a_script_can_be_read(script: str) -> None:
    subprocess.run(["bash", "-n", str(PACKAGING / script)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="the portable folder is Linux's")
def test_the_portable_folder_comes_and_goes(tmp_path: Path) -> None:
    folder, data = tmp_path / "embexplorer here", tmp_path / "data"
    icons = folder / "share" / "icons" / "hicolor" / "16x16" / "apps"
    icons.mkdir(parents=True)
    (icons / f"{NAME}.png").write_bytes(b"")
    for part in ("applications", "mime/packages"):
        (folder / "share" / part).mkdir(parents=True)
        for file in (SHARE / part).iterdir():
            (folder / "share" / part / file.name).write_bytes(file.read_bytes())
    script = folder / "install.sh"
    script.write_bytes((PACKAGING / "linux" / "install.sh").read_bytes())
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_DATA_HOME": str(data)}
    subprocess.run(["sh", str(script)], env=environment, check=True, capture_output=True)
    entry = (data / "applications" / f"{NAME}.desktop").read_text(encoding="utf-8")
    assert f'Exec="{folder}/embexplorer" %F\n' in entry
    assert (data / "icons" / "hicolor" / "16x16" / "apps" / f"{NAME}.png").is_file()
    subprocess.run(["sh", str(script), "--remove"], env=environment, check=True, capture_output=True)
    assert not list(data.rglob(f"{NAME}*"))


def test_depends_names_each_package_once_and_the_c_library_with_its_version() -> None:
    owners = {"libc.so.6": "libc6", "libm.so.6": "libc6", "libglib-2.0.so.0": "libglib2.0-0", "libX11.so.6": "libx11-6"}
    assert needed.depends(owners, (2, 35)) == "libc6 (>= 2.35), libglib2.0-0 | libglib2.0-0t64, libx11-6"


def test_a_library_of_no_package_is_named() -> None:
    owners, users = {"libc.so.6": "libc6", "libodd.so.1": ""}, {"libc.so.6": "a", "libodd.so.1": "plugins/b.so"}
    assert needed.missing(owners, users) == ["libodd.so.1, linked by plugins/b.so"]


def test_the_smoke_test_finds_a_hit_that_the_filter_forbids() -> None:
    allowed = '[{"text": "Our train was four hours late and nobody told us why"}]'
    smoke._check_hits(allowed)
    with pytest.raises(smoke.SmokeError):
        smoke._check_hits(allowed[:-1] + ', {"text": "Fresh bread with butter and a little salt"}]')
