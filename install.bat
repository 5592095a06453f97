@echo off
rem Genjin for a double click on Windows: an environment in %USERPROFILE%\.genjin, the settings, the first workbooks.
rem Files are fetched from PyPI, or from a folder "wheels" beside this one where there is no network.
setlocal
chcp 65001 >nul
cd /d "%~dp0"
if not defined GENJIN_HOME set "GENJIN_HOME=%USERPROFILE%\.genjin"
set "PLACE=%GENJIN_HOME%\venv"
set "GOOD=import sys; sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)"

set "PY="
py -3 -c "%GOOD%" >nul 2>nul && set "PY=py -3"
if not defined PY python -c "%GOOD%" >nul 2>nul && set "PY=python"
if not defined PY goto no_python

echo 1/3 准备环境: %PLACE%
"%PLACE%\Scripts\python.exe" -c "" >nul 2>nul || %PY% -m venv --clear "%PLACE%" || goto no_place

echo 2/3 安装 Genjin (第一次要下载约 60 MB, 几分钟)
set "OFFLINE="
if exist "%~dp0wheels\" set OFFLINE=--no-index --find-links "%~dp0wheels"
"%PLACE%\Scripts\python.exe" -m pip install --disable-pip-version-check --quiet --upgrade %OFFLINE% "%~dp0." || goto no_package

echo 3/3 告诉 Excel 和 LibreOffice
"%PLACE%\Scripts\genjin.exe" install --new-book || goto no_setting

echo.
echo 装好了。打开上面写的「跟进示例.xlsm」, 启用内容, 点首页的「全部」。
echo 以后不工作时: "%PLACE%\Scripts\genjin.exe" doctor
pause
exit /b 0

:no_python
echo.
echo Python: 没有找到 3.11 以上的 64 位版本。
echo 请到 https://www.python.org/downloads/ 下载安装, 勾选 Add python.exe to PATH, 再双击一次。
goto failed

:no_place
echo.
echo 环境: 没有建成。请看上面的说明, 检查磁盘空间, 再双击一次。
goto failed

:no_package
echo.
echo 安装: 没有装成。请检查网络后再双击一次; 没有网络的电脑见 docs\windows.zh-CN.md 最后一节。
goto failed

:no_setting
echo.
echo 设置: 没有做完。请照上面那一句处理, 再双击一次。

:failed
pause
exit /b 2
