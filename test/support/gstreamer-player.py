"""A client that nobody here wrote: GStreamer's rtspsrc pulling an address over TCP.

Takes one JSON argument: {"url", "codec": "h264" | "h265", "seconds", "user", "password"}; prints one JSON object:
{"pictures", "keyframes", "longestGapMs", "backwards", "errors", "warnings"}.
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

Gst.init(None)
wanted = json.loads(sys.argv[1])
seen = {"pictures": 0, "keyframes": 0, "longestGapMs": 0, "backwards": 0, "errors": [], "warnings": []}
last = None

codec = wanted["codec"]
pipeline = Gst.parse_launch(
    "rtspsrc name=source protocols=tcp latency=0 ! rtp%sdepay ! %sparse ! "
    "video/x-%s,alignment=au ! fakesink name=sink sync=false signal-handoffs=true" % (codec, codec, codec)
)
source = pipeline.get_by_name("source")
source.set_property("location", wanted["url"])
if wanted.get("user"):
    source.set_property("user-id", wanted["user"])
    source.set_property("user-pw", wanted["password"])
# An audio track is not linked; only the video is asked for.
source.connect("select-stream", lambda _s, _n, caps: caps.get_structure(0).get_string("media") == "video")


def picture(_sink, buffer, _pad):
    global last
    seen["pictures"] += 1
    if not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT):
        seen["keyframes"] += 1
    at = buffer.dts if buffer.dts != Gst.CLOCK_TIME_NONE else buffer.pts
    if at != Gst.CLOCK_TIME_NONE:
        if last is not None and at < last:
            seen["backwards"] += 1
        if last is not None:
            seen["longestGapMs"] = max(seen["longestGapMs"], (at - last) / 1e6)
        last = at


pipeline.get_by_name("sink").connect("handoff", picture)
loop = GLib.MainLoop()


def message(_bus, text):
    if text.type == Gst.MessageType.ERROR:
        seen["errors"].append(str(text.parse_error()))
        loop.quit()
    elif text.type == Gst.MessageType.WARNING:
        seen["warnings"].append(str(text.parse_warning()))
    elif text.type == Gst.MessageType.EOS:
        loop.quit()


bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect("message", message)
GLib.timeout_add(int(wanted["seconds"] * 1000), loop.quit)
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
print(json.dumps(seen))
