"""The map room: monthly annex maps of the Protection Cluster in Mali, as PNG and as HTML."""

import os

__version__ = "0.1.0"

# Before anything loads GDAL or PROJ: the ones installed here bring their own data, and another program's on the
# machine, named by these variables, would be of another version.
for _variable in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH"):
    os.environ.pop(_variable, None)
# Nothing is looked up on the network to place a point.
os.environ["PROJ_NETWORK"] = "OFF"
