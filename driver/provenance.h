// SPDX-License-Identifier: MIT
// What gdalinfo tells of a recipe: items, observations, decisions, memory, subdatasets.
#pragma once

#include <string>
#include <vector>

#include "driver/gdal_compat.h"
#include "driver/opener.h"

namespace stacvrt::driver {

/// Sets the metadata of a dataset: default domain (a summary), IMAGE_STRUCTURE, SUBDATASETS, STACVRT (grid, memory,
/// decisions, what was left out) and STACVRT_ITEMS (item id = time and document).
void add_provenance(GDALDataset& dataset, const Opened& opened);

/// Sets what tells of items left out (ON_ERROR=SKIP): STACVRT_INCOMPLETE and STACVRT_SKIPPED_ITEMS (how many), and
/// their ids and reasons in the domain STACVRT_SKIPPED. How many there are.
int note_skipped(GDALDataset& dataset, const Opened& opened);

/// Sets a band's metadata: span and number of observations of its window, reducer and bands.
void add_band_metadata(GDALRasterBand& band, const cube::Engine& engine, const cube::ViewBand& view_band);

/// Local files the dataset reads: recipe, item documents, rasters; each once.
[[nodiscard]] std::vector<std::string> local_inputs(const Opened& opened);

}  // namespace stacvrt::driver
