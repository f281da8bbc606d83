#include "io/xdmf_elements.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "io/posix_file.hpp"

namespace parapet {

std::string spaced(const XdmfNumbers& numbers) {
  return fmt::format("{}", fmt::join(numbers, " "));
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string hyper_slab(const XdmfNumbers& shape, const XdmfSelection& selection,
                       const std::string& format, const std::string& source) {
  const XdmfNumbers stride(selection.extents.size(), 1);
  return fmt::format(
      "<DataItem ItemType=\"HyperSlab\" Dimensions=\"{}\">"
      "<DataItem Dimensions=\"3 {}\" Format=\"XML\">{} {} {}</DataItem>"
      "<DataItem {} Dimensions=\"{}\">{}</DataItem></DataItem>",
      spaced(shape), selection.extents.size(), spaced(selection.start), spaced(stride),
      spaced(selection.count), format, spaced(selection.extents), escaped(source));
}

void write_xdmf_document(const std::filesystem::path& path, const std::string& grids) {
  replace_file(path, "<?xml version=\"1.0\"?>\n<Xdmf Version=\"2.0\">\n<Domain>\n" + grids +
                         "</Domain>\n</Xdmf>\n");
}

}  // namespace parapet
