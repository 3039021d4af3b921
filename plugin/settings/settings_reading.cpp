#include "plugin/settings/settings_reading.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "fhir/base/file.h"

namespace plugin {

using fhir::json::Value;

void SettingsReading::faultAt(const std::string& path, const std::string& text) {
    const bool isKnown = std::any_of(faults_.begin(), faults_.end(),
                                     [&](const fhir::Issue& one) { return one.path == path; });
    if (!isKnown) faults_.push_back({path, text});
}

void SettingsReading::fault(const Value& value, const std::string& text) {
    faultAt(value.path(), text);
}

void SettingsReading::guarded(const Value& value, const std::function<void()>& check) {
    try {
        check();
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::InvalidInput) throw;
        const bool isInside = !error.path().empty() && error.path().starts_with(value.path());
        faultAt(isInside ? error.path() : value.path(), error.what());
    }
}

std::string SettingsReading::absolute(const std::string& path) const {
    const std::filesystem::path given(path);
    return given.is_absolute() ? path : (std::filesystem::path(folder_) / given).string();
}

std::string SettingsReading::existingFile(const Value& value) {
    auto path = absolute(value.string());
    if (!std::filesystem::is_regular_file(path)) fault(value, "there is no such file");
    return path;
}

fhir::Secret SettingsReading::secret(const Value& value) {
    const auto text = value.string();
    if (text.starts_with("env:")) {
        const char* found = std::getenv(text.c_str() + 4);
        if (found == nullptr || *found == '\0')
            fault(value, "the environment has no variable of this name, or it is empty");
        return fhir::Secret(found == nullptr ? "" : found);
    }
    fhir::Secret secret;
    if (!text.starts_with("file:")) return secret;  // the schema has said so
    guarded(value, [&] {
        auto content = fhir::readTextFile(absolute(text.substr(5)), kSecretFileBytesMax);
        while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
        if (content.empty()) fault(value, "the file is empty");
        secret = fhir::Secret(std::move(content));
    });
    return secret;
}

void SettingsReading::refusePlain(const Value& value, const fhir::Url& url,
                                  const std::string& text) {
    if (url.scheme == "http" && !url.isLoopback() && !isDevelopment) fault(value, text);
}

}  // namespace plugin
