#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace fhir {

/// Cuts text that comes in parts into its lines, as NDJSON wants it, holding no more than one of
/// them. A line ends with LF or CR LF; the last one may lack its end. A byte order mark at the
/// start is passed over, and so are lines with nothing in them.
class LineSplitter {
public:
    /// Gets a line without its end, and its number from 1. A view that holds during the call only.
    using OnLine = std::function<void(std::string_view line, std::size_t number)>;

    LineSplitter(std::size_t lineBytesMax, OnLine onLine)
        : lineBytesMax_(lineBytesMax), onLine_(std::move(onLine)) {}

    /// Throws Error{BadReply} where a line is longer than allowed.
    void give(std::string_view part);
    /// After the last part: gives the line that it left open.
    void end();

private:
    void line(std::string_view text);
    void checkSize(std::size_t bytes) const;

    std::size_t lineBytesMax_;
    OnLine onLine_;
    std::string open_;  ///< the start of a line whose end is still to come
    std::size_t number_ = 0;
};

}  // namespace fhir
