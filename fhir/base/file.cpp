#include "fhir/base/file.h"

#include <filesystem>
#include <fstream>

#include "fhir/base/error.h"

namespace fhir {

std::string readTextFile(const std::string& path, std::size_t bytesMax) {
    std::ifstream file(path, std::ios::binary);
    std::error_code ignored;
    if (!file || !std::filesystem::is_regular_file(path, ignored))
        throw Error(ErrorKind::InvalidInput, "the file " + path + " cannot be read");
    std::string text(bytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > bytesMax)
        throw Error(ErrorKind::InvalidInput,
                    "the file " + path + " is larger than " + std::to_string(bytesMax) + " bytes");
    return text;
}

}  // namespace fhir
