#!/usr/bin/env bash
# From the frozen dist/embexplorer.app to a .dmg; signed and notarised where the secrets for that are there:
#   EMBEXPLORER_SIGN_IDENTITY   the name of a Developer ID certificate in the keychain
#   APPLE_ID, APPLE_PASSWORD, APPLE_TEAM   an account that may notarise
set -euo pipefail
cd "$(dirname "$0")/../.."
version="$1"
app=dist/embexplorer.app
dmg="dist/embexplorer-$version-macos-$(uname -m).dmg"
if [ -n "${EMBEXPLORER_SIGN_IDENTITY:-}" ]; then
    codesign --force --deep --timestamp --options runtime --entitlements packaging/macos/entitlements.plist \
        --sign "$EMBEXPLORER_SIGN_IDENTITY" "$app"
else
    codesign --force --deep --entitlements packaging/macos/entitlements.plist --sign - "$app"
fi
codesign --verify --deep --strict "$app"
plutil -lint "$app/Contents/Info.plist" packaging/macos/entitlements.plist
stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname embexplorer -srcfolder "$stage" -ov -format UDZO "$dmg"
if [ -n "${EMBEXPLORER_SIGN_IDENTITY:-}" ]; then
    codesign --timestamp --sign "$EMBEXPLORER_SIGN_IDENTITY" "$dmg"
fi
if [ -n "${APPLE_ID:-}" ]; then
    xcrun notarytool submit "$dmg" --apple-id "$APPLE_ID" --password "$APPLE_PASSWORD" --team-id "$APPLE_TEAM" --wait
    xcrun stapler staple "$dmg"
fi
