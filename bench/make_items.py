# SPDX-License-Identifier: MIT
"""STAC items as large as big catalogues serve them: some 20 KB of JSON, nearly thirty assets, thirty properties."""
ASSETS = 27
SIZE = 10980


def asset(item, name, index):
    """One asset with the metadata that large catalogues write."""
    return {
        "href": f"https://data.example/sentinel-2/{item}/{name}.tif", "title": f"{name} (band {index})",
        "type": "image/tiff; application=geotiff; profile=cloud-optimized", "roles": ["data", "reflectance"],
        "eo:bands": [{"name": name, "common_name": name, "description": f"{name} (band {index})",
                      "center_wavelength": 0.665, "full_width_half_max": 0.038}],
        "gsd": 10, "proj:shape": [SIZE, SIZE], "proj:transform": [10, 0, 499980, 0, -10, 5100000],
        "raster:bands": [{"nodata": 0, "data_type": "uint16", "bits_per_sample": 15, "spatial_resolution": 10,
                          "scale": 0.0001, "offset": -0.1}],
        "file:checksum": "1220" + f"{index:02x}" * 32, "file:size": 123456789 + index}


def item(number):
    name = f"S2A_33TWM_{20170000 + number}_0_L2A"
    day = f"{2017 + number // 360 % 8}-{number // 30 % 12 + 1:02d}-{number % 28 + 1:02d}"
    names = ["red", "green", "blue", "nir", "scl"] + [f"band{i}" for i in range(ASSETS - 5)]
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": name, "collection": "sentinel-2-l2a",
        "bbox": [14.9, 45.0, 16.4, 46.1],
        "geometry": {"type": "Polygon",
                     "coordinates": [[[14.9, 45.0], [16.4, 45.0], [16.4, 46.1], [14.9, 46.1], [14.9, 45.0]]]},
        "properties": {"datetime": f"{day}T10:{number % 60:02d}:31.024000Z", "platform": "sentinel-2a",
                       "proj:epsg": 32633, "eo:cloud_cover": number % 100, "s2:processing_baseline": "05.00",
                       "earthsearch:boa_offset_applied": True, "instruments": ["msi"],
                       "processing:software": {"converter": "0.1.1"}, "view:sun_azimuth": 160 + number / 97,
                       **{f"s2:class_{k}_percentage": number * k % 9973 / 97 for k in range(14)},
                       **{f"s2:{what}_id": f"S2A_OPER_MSI_L2A_{what}_{number:08}_A043324_T33TWM_N05.09"
                          for what in ("product", "datatake", "datastrip", "granule")},
                       **{f"provider:path_{k}": f"s3://data/sentinel-2/tiles/33/T/WM/{number}/{k}" for k in range(4)}},
        "links": [{"rel": "self", "href": f"https://api.example/v1/collections/sentinel-2-l2a/items/{name}"}],
        "assets": {key: asset(name, key, index) for index, key in enumerate(names)}}
