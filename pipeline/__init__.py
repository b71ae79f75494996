"""The map room: monthly annex maps of the Protection Cluster in Mali, as PNG and as HTML."""

import os

__version__ = "0.1.0"

# Before anything loads GDAL or PROJ: the ones installed here bring their own data, and another program's on the
# machine, named by these variables, would be of another version.
for _variable in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH"):
    os.environ.pop(_variable, None)
# Data never reach for the network, nor for files that they name: such formats are not even loaded.
os.environ["OGR_SKIP"] = "OGR_VRT,WFS,OAPIF,CSW,ElasticSearch,Carto,AmigoCloud,PLScenes,NGW,GMLAS,EEDA"
os.environ["GDAL_SKIP"] = "WMS,WCS,WMTS,HTTP,DAAS,EEDAI,NGW,OGCAPI,PLMosaic,STACIT,STACTA,GTI"
os.environ["PROJ_NETWORK"] = "OFF"
