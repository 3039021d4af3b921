#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/secret.h"
#include "fhir/base/url.h"

namespace plugin {

/// Carries what the readers of the sections of one configuration share, and collects the faults
/// that they note. Reading goes on after every fault, so that one run names them all.
class SettingsReading {
public:
    /// `folder`: where relative paths start. `faults`: what the schema has found.
    SettingsReading(std::string folder, std::vector<fhir::Issue> faults)
        : folder_(std::move(folder)), faults_(std::move(faults)) {}
    SettingsReading(const SettingsReading&) = delete;
    SettingsReading& operator=(const SettingsReading&) = delete;

    bool isDevelopment = false;
    std::string keysFolder;  ///< of our signing keys
    std::string keySetUrl;   ///< where this service publishes its keys

    /// Notes a fault at a value. Only the first fault at one place is kept.
    void fault(const fhir::json::Value& value, const std::string& text);
    /// Notes a fault at a JSON pointer, for a value that is missing.
    void faultAt(const std::string& path, const std::string& text);
    /// Runs a check and notes the Error{InvalidInput} that it throws, at `value` if the error names
    /// no place inside it. Rethrows every other error.
    void guarded(const fhir::json::Value& value, const std::function<void()>& check);

    /// Returns the path; a relative one starts at the folder of the configuration.
    std::string absolute(const std::string& path) const;
    /// Returns the absolute path of a file that `value` names; notes a fault if there is none.
    std::string existingFile(const fhir::json::Value& value);
    /// Reads "env:NAME" or "file:PATH"; if there is nothing, notes a fault and returns an empty
    /// one.
    fhir::Secret secret(const fhir::json::Value& value);
    /// Notes `text` if the address is plain HTTP to another machine, except in development.
    void refusePlain(const fhir::json::Value& value, const fhir::Url& url,
                     const std::string& text = "must begin with https:// outside this machine");

    std::vector<fhir::Issue> takeFaults() { return std::move(faults_); }

private:
    std::string folder_;
    std::vector<fhir::Issue> faults_;
};

/// The most bytes that a file of a secret or of keys may have.
inline constexpr std::size_t kSecretFileBytesMax = 64 * 1024;

}  // namespace plugin
