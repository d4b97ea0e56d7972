// SPDX-License-Identifier: MIT
// The kernels that bench_roofline measures, each with what it has to do. Knows nothing of the machine's peaks.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "bench/work.h"

namespace stacvrt::bench {

template <typename T>
class AlignedArray {
 public:
  explicit AlignedArray(std::size_t count)
      : m_data(static_cast<T*>(::operator new[](count * sizeof(T), std::align_val_t{kernels::kAlignment}))) {
    std::uninitialized_fill_n(get(), count, T{});
  }
  [[nodiscard]] T* get() const { return m_data.get(); }

 private:
  struct Delete {
    void operator()(T* data) const { ::operator delete[](data, std::align_val_t{kernels::kAlignment}); }
  };
  std::unique_ptr<T[], Delete> m_data;
};

/// CPU time of this thread that `function` takes, in seconds; neighbours on the machine disturb it least.
double seconds_of(const std::function<void()>& function);

/// Where the data lie, and what is done with them.
enum class Traffic { kReadCache, kUpdateCache, kReadMemory, kUpdateMemory };

struct Measured {
  std::string name;
  Traffic traffic = Traffic::kReadCache;
  bool compares_uint16 = false;
  Work work;               ///< of one run
  double pixel_dates = 0;  ///< pixels times dates of one run, gaps counted
  std::function<double()> run;
  std::string note;
  double best_s = std::numeric_limits<double>::infinity();
};

/// For the instruction set in use; the references within stay valid.
[[nodiscard]] std::vector<Measured> measured_kernels();

}  // namespace stacvrt::bench
