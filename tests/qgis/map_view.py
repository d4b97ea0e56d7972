# SPDX-License-Identifier: MIT
"""Layers, styles and pictures in QGIS without windows, and GeoTIFF copies of a recipe to compare them with.

Knows QGIS and GDAL; what the driver does inside is none of its business.
"""
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal
from qgis.core import (QgsContrastEnhancement, QgsCoordinateReferenceSystem, QgsMapRendererCustomPainterJob,
                       QgsMapRendererParallelJob, QgsMapSettings, QgsMultiBandColorRenderer, QgsRasterLayer,
                       QgsRectangle)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

BACKGROUND = QColor(255, 0, 255)  # no land has it, so that a gap shows


@dataclass(frozen=True)
class View:
    """A picture's size and its part of the map: `scale` ground pixels of the layer for one of the picture."""
    scale: float
    size: tuple = (400, 300)
    centre: tuple = (0.5, 0.5)  # as shares of the layer's extent
    crs: str = ""               # the layer's own where empty

    def settings(self, layer):
        extent, pixel = layer.extent(), layer.rasterUnitsPerPixelX()
        # On the layer's pixels, so that a whole scale shows whole pixels.
        left = extent.xMinimum() + pixel * round((extent.width() * self.centre[0]) / pixel - self.size[0] * self.scale / 2)
        top = extent.yMaximum() - pixel * round((extent.height() * self.centre[1]) / pixel - self.size[1] * self.scale / 2)
        window = QgsRectangle(left, top - pixel * self.scale * self.size[1], left + pixel * self.scale * self.size[0], top)
        made = QgsMapSettings()
        made.setLayers([layer])
        made.setOutputSize(QSize(*self.size))
        made.setOutputDpi(96)
        made.setBackgroundColor(BACKGROUND)
        made.setFlag(QgsMapSettings.Antialiasing, False)
        made.setDestinationCrs(layer.crs())
        if self.crs:
            from qgis.core import QgsCoordinateTransform
            target = QgsCoordinateReferenceSystem(self.crs)
            window = QgsCoordinateTransform(layer.crs(), target, made.transformContext()).transformBoundingBox(window)
            made.setDestinationCrs(target)
        made.setExtent(window)
        return made


def layer(source, name="layer"):
    made = QgsRasterLayer(str(source), name, "gdal")
    assert made.isValid(), f"QGIS does not open {source}: {made.error().message()}"
    return made


def with_options(source, *options):
    """How QGIS spells open options in the source of a layer."""
    return str(source) + "".join(f"|option:{option}" for option in options)


def stretched(made, bands, low, high):
    """The layer in natural colours with the same stretch for each of `bands` (red, green, blue; from 1)."""
    provider = made.dataProvider()
    renderer = QgsMultiBandColorRenderer(provider, *bands)
    for band, put in zip(bands, (renderer.setRedContrastEnhancement, renderer.setGreenContrastEnhancement,
                                 renderer.setBlueContrastEnhancement)):
        stretch = QgsContrastEnhancement(provider.dataType(band))
        stretch.setMinimumValue(low)
        stretch.setMaximumValue(high)
        stretch.setContrastEnhancementAlgorithm(QgsContrastEnhancement.StretchToMinimumMaximum)
        put(stretch)
    made.setRenderer(renderer)
    return made


def as_array(image):
    """A QImage as [y][x][red, green, blue]."""
    image = image.convertToFormat(QImage.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, "u1").reshape(image.height(), image.bytesPerLine() // 4, 4)[:, :image.width(), 2::-1].copy()


def draw(made, view):
    """The picture, by the job that QGIS draws its canvas with."""
    job = QgsMapRendererParallelJob(view.settings(made))
    job.start()
    job.waitForFinished()
    assert not job.errors(), [e.message for e in job.errors()]
    return as_array(job.renderedImage())


def draw_by_painter(made, view):
    """The picture, by the job that prints and exports."""
    image = QImage(QSize(*view.size), QImage.Format_RGB32)
    painter = QPainter(image)
    try:
        job = QgsMapRendererCustomPainterJob(view.settings(made), painter)
        job.renderSynchronously()
    finally:
        painter.end()
    return as_array(image)


def save(picture, path):
    height, width, _ = picture.shape
    image = QImage(np.ascontiguousarray(picture).tobytes(), width, height, 3 * width, QImage.Format_RGB888)
    assert image.save(str(path)), path


def materialised(recipe, path, overviews, options=()):
    """A GeoTIFF of all bands of `recipe`, with `overviews` of the same sizes: "own", the driver's, or a resampling of
    gdaladdo's."""
    source = gdal.OpenEx(str(recipe), gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR, open_options=list(options))
    copy = gdal.Translate(str(path), source, creationOptions=["TILED=YES", "INTERLEAVE=BAND"])
    levels = [2 ** (i + 1) for i in range(source.GetRasterBand(1).GetOverviewCount())]
    assert levels, f"{recipe} has no overviews"
    copy = None
    copy = gdal.OpenEx(str(path), gdal.OF_UPDATE)
    copy.BuildOverviews("NEAREST" if overviews == "own" else overviews, levels)
    for band in range(1, source.RasterCount + 1) if overviews == "own" else ():
        for i in range(len(levels)):
            level = source.GetRasterBand(band).GetOverview(i)
            assert copy.GetRasterBand(band).GetOverview(i).WriteArray(level.ReadAsArray()) == 0
    copy = None
    assert Path(path).is_file()
    return str(path)
