#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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

/// Every text file that git tracks below `root` but lists of packages, ordered by path. What a site
/// or a tool leaves in the tree is nobody's business. Empty where `root` is no checkout.
inline std::vector<File> readSourceTree(const std::filesystem::path& root) {
    std::vector<File> tree;
    const auto command = "git -c safe.directory='*' -C '" + root.string() + "' ls-files -z";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> list(::popen(command.c_str(), "r"),
                                                               ::pclose);
    std::string names;
    for (int byte = 0; list && (byte = std::fgetc(list.get())) != EOF;)
        names += static_cast<char>(byte);
    for (std::size_t start = 0, end = 0; start < names.size(); start = end + 1) {
        end = std::min(names.find('\0', start), names.size());
        const auto name = names.substr(start, end - start);
        std::ifstream stream(root / name, std::ios::binary);
        std::string text(std::istreambuf_iterator<char>(stream), {});
        if (stream && !name.ends_with("package-lock.json") && text.find('\0') == std::string::npos)
            tree.push_back({name, std::move(text)});
    }
    std::ranges::sort(tree, {}, &File::path);
    return tree;
}

}  // namespace test
