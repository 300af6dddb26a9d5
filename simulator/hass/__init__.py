"""Devices of the pretend house that announce themselves as Home Assistant's MQTT discovery does.

Written from Home Assistant's documentation, apart from `device.home`: were both to share one
conversion, a mistake in it would cancel out. Real firmware says the same thing in many forms, so
a device's name decides in which it speaks: `style.style_of`.
"""
