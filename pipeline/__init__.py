"""The map room: monthly annex maps of the Protection Cluster in Mali, as PNG and as HTML."""

import logging
import os

__version__ = "0.1.0"

# Before anything loads GDAL or PROJ: the ones installed here bring their own data, and another program's on the
# machine, named by these variables, would be of another version.
for _variable in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH"):
    os.environ.pop(_variable, None)
# No threads for products of matrices, which are small here: two processes draw at once, and the second can only be forked
# from a process without threads.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
# Nothing is looked up on the network to place a point.
os.environ["PROJ_NETWORK"] = "OFF"
# Nor is it GDAL that asks a network: a picture or a table that points elsewhere (overviews of a GeoTIFF, a VRT named .tif
# beside it) would make it fetch an address, or read a file, that whoever made the data chose.
os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".aucune"
os.environ["GDAL_SKIP"] = " ".join(
    ("VRT", "OGR_VRT", "GTI", "HTTP", "WMS", "WMTS", "WCS", "DAAS", "EEDA", "EEDAI", "PLMOSAIC", "STACIT", "STACTA",
     "WFS", "OAPIF", "CSW", "Carto", "AmigoCloud", "Elasticsearch", "NGW", "PLSCENES")
)  # fmt: skip
# What it says in English of a name that one of its two copies lacks is for no officer.
logging.getLogger("fiona").addHandler(logging.NullHandler())
