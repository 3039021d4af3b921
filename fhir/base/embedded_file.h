#pragma once

#include <span>
#include <string_view>

namespace fhir {

/// A file that the build embeds in the program (.cmake/embed.cmake). Lives as long as the program;
/// `content` is followed by a zero byte.
struct EmbeddedFile {
    std::string_view name;  ///< path below the embedded folder, "001_outbox.sql"
    std::string_view content;
};

/// The file of that name; nullptr if there is none.
inline const EmbeddedFile* findFile(std::span<const EmbeddedFile> files,
                                    std::string_view name) noexcept {
    for (const auto& file : files)
        if (file.name == name) return &file;
    return nullptr;
}

}  // namespace fhir
