#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace fhir {

/// Splits text that comes in parts into lines, as NDJSON needs it; holds one line at most. A line
/// ends with LF or CR LF; the last line may have no end. Skips empty lines and a byte order mark at
/// the start.
class LineSplitter {
public:
    /// Gets a line without its end, and its number from 1. The view is valid during the call only.
    using OnLine = std::function<void(std::string_view line, std::size_t number)>;

    LineSplitter(std::size_t lineBytesMax, OnLine onLine)
        : lineBytesMax_(lineBytesMax), onLine_(std::move(onLine)) {}

    /// Throws Error{BadReply} if a line is longer than allowed.
    void give(std::string_view part);
    /// To be called after the last part: gives the last line if it has no end.
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
