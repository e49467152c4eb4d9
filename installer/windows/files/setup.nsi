; Setup of Росчерк for one user: no administrator's rights. Silent: /S, another folder: /D=FOLDER.
; Given by build.py: VERSION, FOLDER (the built program), OUTPUT, LICENCE, SIZE_KB, ICON.
Unicode true
SetCompressor /SOLID lzma
!include "MUI2.nsh"
!include "FileFunc.nsh"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Roscherk"
!define CLASSES "Software\Classes"
!define WINDOW "$INSTDIR\roscherk-window.exe"

Name "Росчерк"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Roscherk"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
RequestExecutionLevel user
ManifestDPIAware true
BrandingText "Росчерк ${VERSION}"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey /LANG=1049 "ProductName" "Росчерк"
VIAddVersionKey /LANG=1049 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1049 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1049 "FileDescription" "Установка программы «Росчерк»"
VIAddVersionKey /LANG=1049 "LegalCopyright" "MIT"

!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "${WINDOW}"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Russian"
!insertmacro MUI_LANGUAGE "English"

LangString SIGN ${LANG_RUSSIAN} "Подписать"
LangString SIGN ${LANG_ENGLISH} "Sign"
LangString VERIFY ${LANG_RUSSIAN} "Проверить подпись"
LangString VERIFY ${LANG_ENGLISH} "Verify the signature"
LangString SIGNATURE ${LANG_RUSSIAN} "Электронная подпись (CMS)"
LangString SIGNATURE ${LANG_ENGLISH} "Electronic signature (CMS)"
LangString DOCUMENT ${LANG_RUSSIAN} "Подписанный документ (CMS)"
LangString DOCUMENT ${LANG_ENGLISH} "Signed document (CMS)"
LangString RUNNING ${LANG_RUSSIAN} "Росчерк сейчас запущен. Закройте его и повторите."
LangString RUNNING ${LANG_ENGLISH} "Росчерк is running. Close it and try again."
LangString STRANGE ${LANG_RUSSIAN} "В выбранной папке лежат чужие файлы. Выберите пустую папку."
LangString STRANGE ${LANG_ENGLISH} "The chosen folder holds other files. Choose an empty one."

; A program that runs holds its own file: it can be neither renamed nor replaced.
!macro DemandClosed
  IfFileExists "${WINDOW}" 0 closed
  ClearErrors
  Rename "${WINDOW}" "${WINDOW}.old"
  IfErrors running
  Rename "${WINDOW}.old" "${WINDOW}"
  Goto closed
running:
  MessageBox MB_ICONEXCLAMATION "$(RUNNING)" /SD IDOK
  SetErrorLevel 3
  Quit
closed:
!macroend

; What an association adds: the program is offered for the ending, the user's choice stays.
!macro Offer ENDING CLASS
  WriteRegStr HKCU "${CLASSES}\${ENDING}\OpenWithProgids" "${CLASS}" ""
!macroend
!macro Withdraw ENDING CLASS
  DeleteRegValue HKCU "${CLASSES}\${ENDING}\OpenWithProgids" "${CLASS}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${ENDING}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${ENDING}"
!macroend
!macro Class NAME TEXT
  WriteRegStr HKCU "${CLASSES}\${NAME}" "" "${TEXT}"
  WriteRegStr HKCU "${CLASSES}\${NAME}\DefaultIcon" "" "$INSTDIR\roscherk.ico"
  WriteRegStr HKCU "${CLASSES}\${NAME}\shell\open\command" "" '"${WINDOW}" --verify "%1"'
!macroend
; One process for each chosen file: the first of them gathers the others. Player lifts the limit of 15.
!macro Verb NAME TEXT WORDS
  WriteRegStr HKCU "${CLASSES}\*\shell\${NAME}" "MUIVerb" "${TEXT}"
  WriteRegStr HKCU "${CLASSES}\*\shell\${NAME}" "Icon" "$INSTDIR\roscherk.ico"
  WriteRegStr HKCU "${CLASSES}\*\shell\${NAME}" "MultiSelectModel" "Player"
  WriteRegStr HKCU "${CLASSES}\*\shell\${NAME}\command" "" '"${WINDOW}" --gather${WORDS} "%1"'
!macroend

; A file of an earlier version that this one lacks would stay and be loaded.
!macro RemoveProgram
  RMDir /r "$INSTDIR\packages"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\*.exe"
  Delete "$INSTDIR\*.dll"
  Delete "$INSTDIR\*.pyd"
  Delete "$INSTDIR\python313.zip"
  Delete "$INSTDIR\python313._pth"
  Delete "$INSTDIR\roscherk.ico"
  Delete "$INSTDIR\roscherk.cdx.json"
  Delete "$INSTDIR\*.txt"
!macroend

Section
  ; Files are removed below by name: never in a folder that is not ours.
  IfFileExists "$INSTDIR\*.*" 0 free
  IfFileExists "$INSTDIR\uninstall.exe" free
  FindFirst $0 $1 "$INSTDIR\*.*"
next:
  StrCmp $1 "" none
  StrCmp $1 "." more
  StrCmp $1 ".." more
  FindClose $0
  MessageBox MB_ICONEXCLAMATION "$(STRANGE)" /SD IDOK
  SetErrorLevel 4
  Quit
more:
  FindNext $0 $1
  Goto next
none:
  FindClose $0
free:
  !insertmacro DemandClosed
  !insertmacro RemoveProgram
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}/*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\Росчерк.lnk" "${WINDOW}" "" "$INSTDIR\roscherk.ico"
  CreateShortCut "$SENDTO\Росчерк.lnk" "${WINDOW}" "" "$INSTDIR\roscherk.ico"

  WriteRegStr HKCU "${KEY}" "DisplayName" "Росчерк"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\roscherk.ico"
  WriteRegStr HKCU "${KEY}" "Publisher" "Росчерк"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1

  !insertmacro Class "Roscherk.Signature" "$(SIGNATURE)"
  !insertmacro Class "Roscherk.Document" "$(DOCUMENT)"
  !insertmacro Offer ".sig" "Roscherk.Signature"
  !insertmacro Offer ".sgn" "Roscherk.Signature"
  !insertmacro Offer ".p7s" "Roscherk.Signature"
  !insertmacro Offer ".p7m" "Roscherk.Document"
  !insertmacro Verb "RoscherkSign" "$(SIGN)" " --sign"
  !insertmacro Verb "RoscherkVerify" "$(VERIFY)" " --verify"
  ${RefreshShellIcons}
SectionEnd

Section "Uninstall"
  !insertmacro DemandClosed
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Росчерк.lnk"
  Delete "$SENDTO\Росчерк.lnk"
  DeleteRegKey HKCU "${CLASSES}\Roscherk.Signature"
  DeleteRegKey HKCU "${CLASSES}\Roscherk.Document"
  !insertmacro Withdraw ".sig" "Roscherk.Signature"
  !insertmacro Withdraw ".sgn" "Roscherk.Signature"
  !insertmacro Withdraw ".p7s" "Roscherk.Signature"
  !insertmacro Withdraw ".p7m" "Roscherk.Document"
  DeleteRegKey HKCU "${CLASSES}\*\shell\RoscherkSign"
  DeleteRegKey HKCU "${CLASSES}\*\shell\RoscherkVerify"
  DeleteRegKey HKCU "${KEY}"
  ${RefreshShellIcons}
SectionEnd
