// SPDX-License-Identifier: MIT
#include "driver/open_option_list.h"

namespace stacvrt::driver {

const char* open_option_list() {
  return R"(<OpenOptionList>
  <Option name='PRESET' type='string-select' description='Built-in recipe that the other options complete'>
    <Value>sentinel-2-geomad</Value>
    <Value>landsat-geomad</Value>
  </Option>
  <Option name='BANDS' type='string' description='Comma-separated asset keys, band names or common names'/>
  <Option name='MASK' type='string' description='Mask asset, or a mask as JSON'/>
  <Option name='MASK_EXCLUDE' type='string' description='Comma-separated classes (names or values) that are bad'/>
  <Option name='DATETIME' type='string' description='Range of time: 2020, 2020-03/2020-05, RFC 3339 intervals'/>
  <Option name='WINDOWS' type='string' description='all, none, or an ISO 8601 duration such as P1M' default='all'/>
  <Option name='GROUP' type='string-select' description='What makes items one observation' default='solar_day'>
    <Value>solar_day</Value>
    <Value>none</Value>
  </Option>
  <Option name='DUPLICATES' type='string-select' description='Of versions of one acquisition: the newest processing, or all' default='newest'>
    <Value>newest</Value>
    <Value>keep</Value>
  </Option>
  <Option name='CRS' type='string' description='Target CRS such as EPSG:6933'/>
  <Option name='RESOLUTION' type='string' description='Pixel size in CRS units: one number, or x,y'/>
  <Option name='BOUNDS' type='string' description='xmin,ymin,xmax,ymax in the target CRS'/>
  <Option name='BBOX' type='string' description='west,south,east,north in degrees'/>
  <Option name='RESAMPLING' type='string-select' description='Resampling of bands (masks: nearest)' default='nearest'>
    <Value>nearest</Value>
    <Value>bilinear</Value>
    <Value>cubic</Value>
    <Value>average</Value>
  </Option>
  <Option name='MAX_CLOUD_COVER' type='float' description='Only items with eo:cloud_cover of at most this (percent)' min='0' max='100'/>
  <Option name='ALTERNATE' type='string' description='Comma-separated names of alternate hrefs to read instead of the main ones'/>
  <Option name='OUTPUTS' type='string' description='Comma-separated reducers, or outputs as JSON' default='median,count'/>
  <Option name='SNAPSHOT' type='string' description='File that keeps the items found by searches and in catalogues: written when missing, else used instead of asking the network'/>
  <Option name='MEMORY' type='string' description='Memory budget of this dataset: 512MB, 4GB, 25%; default half of STACVRT_MEMORY'/>
  <Option name='THREADS' type='string' description='Threads: a number or ALL_CPUS; default GDAL_NUM_THREADS, else ALL_CPUS'/>
  <Option name='ON_ERROR' type='string-select' description='What an item that cannot be read does: FAIL the read, or SKIP it and say so' default='FAIL'>
    <Value>FAIL</Value>
    <Value>SKIP</Value>
  </Option>
  <Option name='SIGN' type='string' description='What signs requests for pixels: planetary_computer, header:NAME=VARIABLE, query:NAME=VARIABLE, query:VARIABLE, none'/>
</OpenOptionList>)";
}

}  // namespace stacvrt::driver
