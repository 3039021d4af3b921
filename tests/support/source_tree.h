#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace test {

using List = std::vector<std::string>;

inline bool startsWithAny(std::string_view text, const List& list) {
    return std::ranges::any_of(list, [&](auto& one) { return text.starts_with(one); });
}

inline bool endsWithAny(std::string_view text, const List& list) {
    return std::ranges::any_of(list, [&](auto& one) { return text.ends_with(one); });
}

struct File {
    std::string path;  ///< from the root of the tree: "fhir/r4/patient.h"
    std::string text;

    bool isCpp() const { return endsWithAny(path, {".h", ".cpp"}); }
    bool isCode() const {
        return isCpp() || endsWithAny(path, {".ts", ".tsx", ".mjs", ".css", ".html", ".sql",
                                             ".java", ".cmake", "CMakeLists.txt", "/run"});
    }
};

/// What is wrong, a line for each: "path:line: what".
using Faults = std::string;

/// The fault of the line that holds the byte at `position`.
inline Faults fault(const File& file, std::size_t position, const std::string& what) {
    const auto line = 1 + std::ranges::count(file.text.substr(0, position), '\n');
    return file.path + ":" + std::to_string(line) + ": " + what + "\n";
}

/// The faults of all lines; `check` says what is wrong with one, or "".
template <typename Check>
Faults eachLine(const File& file, Check check) {
    Faults faults;
    for (std::size_t start = 0, end = 0; start < file.text.size(); start = end + 1) {
        end = std::min(file.text.find('\n', start), file.text.size());
        const std::string what = check(file.text.substr(start, end - start));
        if (!what.empty()) faults += fault(file, start, what);
    }
    return faults;
}

/// The folder of the checkout that this program was built from.
const std::filesystem::path& sourceRoot();

/// Every text file that git tracks below a folder of the checkout, except lists of packages,
/// ordered by path. Untracked files are ignored. Empty outside a checkout.
std::vector<File> readSourceTree(const std::filesystem::path& root = sourceRoot());

}  // namespace test
