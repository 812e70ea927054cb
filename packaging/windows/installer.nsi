; The installer for Windows, from the frozen folder. For one user, so that nobody has to be asked for a password.
;   makensis -DVERSION=0.1.0 -DSOURCE=..\..\dist\embexplorer -DICONS=..\..\build\embexplorer\icons installer.nsi
; /S installs and removes without a window; then settings and added models are kept.
Unicode true
SetCompressor /SOLID lzma
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh

!define NAME "embexplorer"
!define PROGRAM "embexplorer.exe"
!define KIND "embexplorer.project"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define CLASSES "Software\Classes"

Name "${NAME} ${VERSION}"
!ifndef OUT
  !define OUT "${NAME}-${VERSION}-windows-x64.exe"
!endif
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "Software\${NAME}" "Folder"
RequestExecutionLevel user
ManifestDPIAware true
ShowInstDetails nevershow
ShowUninstDetails nevershow
BrandingText " "

VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} installer"
VIAddVersionKey LegalCopyright "The embexplorer developers, Apache License 2.0"

!define MUI_ICON "${ICONS}\embexplorer.ico"
!define MUI_UNICON "${ICONS}\embexplorer.ico"
!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_FINISHPAGE_RUN_TEXT "Start ${NAME}"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!ifdef SIGN ; the command of a signing tool, without the file
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

; A program that runs keeps its file from being opened for writing.
!macro EndIfRunning
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ${Do}
      ClearErrors
      FileOpen $0 "$INSTDIR\${PROGRAM}" a
      ${IfNot} ${Errors}
        FileClose $0
        ${Break}
      ${EndIf}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "embexplorer is open. Please close its window and try again." /SD IDCANCEL IDRETRY +3
      SetErrorLevel 2
      Quit
    ${Loop}
  ${EndIf}
!macroend

; Tells the desktop that kinds of files have changed.
!macro TellTheDesktop
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

!macro OfferFor ENDING
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}\SupportedTypes" "${ENDING}" ""
!macroend

Section "Install"
  !insertmacro EndIfRunning
  RMDir /r "$INSTDIR\_internal" ; no old library beside new ones
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\*.*"
  File "${ICONS}\embexplorer.ico"
  File "${ICONS}\project.ico"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}" "" "$INSTDIR\embexplorer.ico"
  WriteRegStr HKCU "Software\${NAME}" "Folder" "$INSTDIR"

  WriteRegStr HKCU "${CLASSES}\.embx" "" "${KIND}"
  WriteRegStr HKCU "${CLASSES}\.embx\OpenWithProgids" "${KIND}" ""
  WriteRegStr HKCU "${CLASSES}\${KIND}" "" "embexplorer project"
  WriteRegStr HKCU "${CLASSES}\${KIND}\DefaultIcon" "" "$INSTDIR\project.ico"
  WriteRegStr HKCU "${CLASSES}\${KIND}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}" "FriendlyAppName" "${NAME}"
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  !insertmacro OfferFor ".csv"
  !insertmacro OfferFor ".tsv"
  !insertmacro OfferFor ".parquet"
  !insertmacro OfferFor ".png"
  !insertmacro OfferFor ".jpg"
  !insertmacro OfferFor ".jpeg"
  !insertmacro OfferFor ".webp"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\embexplorer.ico"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The embexplorer developers"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
  !insertmacro TellTheDesktop
SectionEnd

Section "Uninstall"
  !insertmacro EndIfRunning
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\embexplorer-cli.exe"
  Delete "$INSTDIR\embexplorer.ico"
  Delete "$INSTDIR\project.ico"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only where nobody put anything else there
  Delete "$SMPROGRAMS\${NAME}.lnk"
  ReadRegStr $0 HKCU "${CLASSES}\.embx" ""
  ${If} $0 == "${KIND}"
    DeleteRegValue HKCU "${CLASSES}\.embx" ""
  ${EndIf}
  DeleteRegValue HKCU "${CLASSES}\.embx\OpenWithProgids" "${KIND}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.embx\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.embx"
  DeleteRegKey HKCU "${CLASSES}\${KIND}"
  DeleteRegKey HKCU "${CLASSES}\Applications\${PROGRAM}"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${NAME}"
  !insertmacro TellTheDesktop
  ${If} ${FileExists} "$LOCALAPPDATA\${NAME}\*.*"
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 \
      "Remove your settings and the models that you added, too?$\r$\n$\r$\nYour projects are never removed." /SD IDNO IDNO kept
    RMDir /r "$LOCALAPPDATA\${NAME}"
    kept:
  ${EndIf}
SectionEnd
