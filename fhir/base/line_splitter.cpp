#include "fhir/base/line_splitter.h"

#include "fhir/base/error.h"

namespace fhir {

void LineSplitter::checkSize(std::size_t bytes) const {
    if (bytes > lineBytesMax_)
        throw Error(ErrorKind::BadReply, "line " + std::to_string(number_ + 1) +
                                             " is longer than " + std::to_string(lineBytesMax_) +
                                             " bytes");
}

void LineSplitter::line(std::string_view text) {
    ++number_;
    if (number_ == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (!text.empty()) onLine_(text, number_);
}

void LineSplitter::give(std::string_view part) {
    for (;;) {
        const auto end = part.find('\n');
        const auto text = part.substr(0, end);
        checkSize(open_.size() + text.size());
        if (end == std::string_view::npos) {
            open_ += text;
            return;
        }
        if (open_.empty()) {
            line(text);
        } else {
            open_ += text;
            line(open_);
            open_.clear();
        }
        part.remove_prefix(end + 1);
    }
}

void LineSplitter::end() {
    if (open_.empty()) return;
    line(open_);
    open_.clear();
}

}  // namespace fhir
