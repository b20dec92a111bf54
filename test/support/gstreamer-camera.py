"""A camera that nobody here wrote: GStreamer's RTSP server playing files.

Reads one JSON object from standard input: {"host", "port", "mounts": [{"path", "launch"}], "user", "password",
"basic", "certificate"}; prints {"port": n} when it listens; ends when standard input closes.
"""

import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
config = json.loads(sys.stdin.readline())
server = GstRtspServer.RTSPServer()
server.set_address(config["host"])
server.set_service(str(config["port"]))
mounts = server.get_mount_points()

auth = None
if config.get("user") or config.get("certificate"):
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if not config.get("user"):
        auth.set_default_token(token)
    elif config["basic"]:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(config["user"], config["password"]), token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(config["user"], config["password"], token)
    if config.get("certificate"):
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_pem(config["certificate"], -1))
    server.set_auth(auth)

for mount in config["mounts"]:
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(mount["launch"])
    factory.set_shared(False)
    if auth is not None:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)
    mounts.add_factory(mount["path"], factory)

if server.attach(None) == 0:
    sys.exit("GStreamer's RTSP server could not listen on %s:%s" % (config["host"], config["port"]))
loop = GLib.MainLoop()


def until_closed():
    sys.stdin.read()
    loop.quit()


threading.Thread(target=until_closed, daemon=True).start()
print(json.dumps({"port": server.get_bound_port()}), flush=True)
loop.run()
