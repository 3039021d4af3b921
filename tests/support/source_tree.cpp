#include "tests/support/source_tree.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

namespace test {

const std::filesystem::path& sourceRoot() {
    static const std::filesystem::path kRoot(WHATMATTERS_SOURCE_DIR);
    return kRoot;
}

std::vector<File> readSourceTree(const std::filesystem::path& root) {
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
