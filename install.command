#!/bin/bash
# Genjin for a double click on a Mac, or `bash install.command` on Linux: an environment in ~/.genjin, the settings, the first workbooks.
# Files are fetched from PyPI, or from a folder `wheels` beside this one where there is no network.
cd "$(dirname "$0")" || exit 2
place="${GENJIN_HOME:-$HOME/.genjin}/venv"
good='import sys; sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)'

finish() { # code, sentences: say them, wait for a key where somebody sits there, and end
  code=$1
  shift
  printf '%s\n' "" "$@"
  if [ -t 0 ]; then
    read -r -n 1 -s -p "按任意键关闭这个窗口。"
    echo
  fi
  exit "$code"
}

python=""
for name in python3 python3.14 python3.13 python3.12 python3.11 /opt/homebrew/bin/python3 /usr/local/bin/python3; do
  if "$name" -c "$good" >/dev/null 2>&1; then
    python=$name
    break
  fi
done
[ -n "$python" ] || finish 2 "Python: 没有找到 3.11 以上的 64 位版本。" "请到 https://www.python.org/downloads/ 下载安装, 再双击一次。"

echo "1/3 准备环境: $place"
"$place/bin/python" -c "" >/dev/null 2>&1 || "$python" -m venv --clear "$place" ||
  finish 2 "环境: 没有建成。" "请看上面的说明; Debian 和 Ubuntu 上请先运行 sudo apt install python3-venv, 再试一次。"

echo "2/3 安装 Genjin (第一次要下载约 60 MB, 几分钟)"
offline=()
[ -d wheels ] && offline=(--no-index --find-links wheels)
"$place/bin/python" -m pip install --disable-pip-version-check --quiet --upgrade ${offline[@]+"${offline[@]}"} . ||
  finish 2 "安装: 没有装成。" "请检查网络后再双击一次; 没有网络的电脑见 docs/windows.zh-CN.md 最后一节。"

echo "3/3 告诉 Excel 和 LibreOffice"
"$place/bin/genjin" install --new-book || finish 2 "设置: 没有做完。" "请照上面那一句处理, 再双击一次。"
finish 0 "装好了。打开上面写的「跟进示例.xlsm」, 启用宏, 点首页的「全部」。" "以后不工作时: $place/bin/genjin doctor"
