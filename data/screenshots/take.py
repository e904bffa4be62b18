#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Takes the pictures of the window that the README shows, in light and dark.

    xvfb-run -s "-screen 0 1352x852x24" dbus-run-session -- data/screenshots/take.py .build/app/pellicle [NAME…]

Works on a copy of the sample project with the ready-made model, and leaves the pictures in the folder
that it lies in; train after a minute of training. NAME takes only these. Needs openbox, xdotool, gdbus and ImageMagick.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent
WIDTH, HEIGHT = 1352, 852
APP = "io.github.pellicle.Pellicle"
PATH = "/" + APP.replace(".", "/")
# Of the canvas, where nothing lies over it.
MIDDLE = 620, 430
# The inspector, beside its table; the cross of a hint over the picture.
INSPECTOR = 990, 262
HINT = 840, 90
TRAINING_SECONDS = 75


def run(*words):
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout


def hand(*words):
    run("xdotool", *words)
    time.sleep(0.3)


def key(*names):
    for name in names:
        hand("key", "--clearmodifiers", name)


def app(action, value):
    run("gdbus", "call", "--session", "--dest", APP, "--object-path", PATH, "--method",
        "org.gtk.Actions.Activate", action, f"[<'{value}'>]", "{}")


def focus_picture():
    """A click with the middle button gives the picture the keys and does nothing else."""
    hand("mousemove", *MIDDLE, "click", 2)


def settle():
    """What glides, is counted or is drawn in the background comes to its end."""
    time.sleep(5)


def take(name):
    for scheme, suffix in (("light", ""), ("dark", "-dark")):
        app("colour-scheme", scheme)
        settle()
        shot = HERE / f"{name}{suffix}.png"
        run("import", "-window", "root", shot)
        run("convert", shot, "+dither", "-colors", 256, "-strip", f"PNG8:{shot}")
        print(shot, flush=True)
    app("colour-scheme", "light")


def wait_for(what, condition, seconds=600):
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            raise SystemExit("waited in vain for " + what)
        time.sleep(1)


def start(folder, home, program):
    """The window, as large as the screen."""
    (home / "gtk-4.0").mkdir(parents=True)
    (home / "gtk-4.0" / "settings.ini").write_text("[Settings]\ngtk-font-name=Cantarell 11\n")
    own = {f"XDG_{kind}_HOME": str(home) for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
    window = subprocess.Popen([program, str(folder)],
                              env=os.environ | own | {"GSETTINGS_BACKEND": "memory"})
    wait_for("the window", lambda: subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", folder.name], capture_output=True).stdout)
    time.sleep(8)
    found = run("xdotool", "search", "--onlyvisible", "--name", folder.name).split()[-1]
    hand("windowmove", found, 0, 0, "windowsize", found, WIDTH, HEIGHT, "windowactivate", found)
    time.sleep(2)
    return window


def zoom(steps):
    hand("mousemove", *MIDDLE, "click", "--repeat", steps, "--delay", 150, 4)


def predict(folder):
    key("alt+3", "ctrl+shift+p")
    wait_for("predictions", lambda: len(list(folder.glob("predictions/*/*.json"))) >= 6)
    settle()


def show_predicted():
    focus_picture()
    key("0", "shift+d")
    time.sleep(4)


def review():
    key("alt+3")
    show_predicted()
    zoom(3)
    hand("mousemove", 1156, 836)
    take("review")


def measure():
    key("alt+4")
    show_predicted()
    hand("mousemove", *HINT, "click", 1)
    # To the table, and there the third cell.
    hand("mousemove", *INSPECTOR, "click", "--repeat", 3, "--delay", 300, 5)
    time.sleep(1)
    hand("mousemove", 1090, 410, "click", 1, "mousemove", 1156, 836)
    take("measure")


def annotate():
    key("alt+1")
    focus_picture()
    key("0", "Page_Up", "Page_Up")
    time.sleep(4)
    hand("mousemove", *HINT, "click", 1)
    zoom(2)
    key("b")
    hand("mousemove", 700, 520)
    take("annotate")


def train():
    """The ready-made model goes on, so that there are curves to be seen at once."""
    key("alt+2", "ctrl+shift+t")
    show_predicted()
    zoom(2)
    time.sleep(TRAINING_SECONDS)
    hand("mousemove", 1200, 250)
    take("train")


def main():
    program = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:] or ["review", "measure", "annotate", "train"]
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place) / "T98G cells"
        shutil.copytree(DATA / "sample", folder)
        (folder / "models").mkdir()
        shutil.copy(DATA / "models" / "ready-made.safetensors", folder / "models" / "Ready-made.safetensors")
        manager = subprocess.Popen(["openbox"])
        window = start(folder, pathlib.Path(place) / "home", program)
        try:
            predict(folder)
            for name in wanted:
                {"review": review, "measure": measure, "annotate": annotate, "train": train}[name]()
        finally:
            window.kill()
            window.wait()
            manager.terminate()


main()
