#include "plugin/keys/key_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "fhir/base/error.h"
#include "fhir/base/file.h"
#include "fhir/base/json.h"
#include "fhir/smart/jwt.h"

namespace plugin {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::smart::Algorithm;
using fhir::smart::Key;

constexpr std::size_t kFileBytesMax = 64 * 1024;
constexpr const char* kSuffix = ".json";

[[noreturn]] void cannotWrite(const std::string& path) {
    throw Error(ErrorKind::InvalidInput,
                path + " cannot be written; check that its folder belongs to this user");
}

StoredKey read(const std::string& file) {
    requirePrivate(file);
    try {
        const auto document = fhir::json::Document::parse(fhir::readTextFile(file, kFileBytesMax));
        const auto json = document.root();
        const auto algorithm = fhir::smart::findAlgorithm(json.at("algorithm").text());
        if (!algorithm) json.at("algorithm").refuse("is no algorithm that is known here");
        StoredKey key{json.at("kid").string(),
                      *algorithm,
                      fhir::smart::numericDate(json.at("created")),
                      {},
                      {}};
        if (const auto retired = json.find("retired"))
            key.retired = fhir::smart::numericDate(*retired);
        else
            key.key = Key::fromPrivateText(fhir::Secret(json.at("key").string()));
        return key;
    } catch (const Error& error) {
        throw Error(error.kind(), file + ": " + error.path() + " " + error.what());
    }
}

/// Writes all of it under a name of its own, then takes the place of what was there: a file is
/// never half written.
void replaceFile(const std::string& file, const std::string& text) {
    const auto fresh = file + ".new";
    const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) cannotWrite(fresh);
    std::size_t done = 0;
    while (done < text.size()) {
        const auto count = ::write(descriptor, text.data() + done, text.size() - done);
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    const bool isKept =
        done == text.size() && ::fchmod(descriptor, 0600) == 0 && ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!isKept || ::rename(fresh.c_str(), file.c_str()) != 0) {
        ::unlink(fresh.c_str());
        cannotWrite(file);
    }
}

}  // namespace

void requirePrivate(const std::string& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        throw Error(ErrorKind::InvalidInput, file + " cannot be read");
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        throw Error(ErrorKind::InvalidInput,
                    file + " holds a private key and others may read it; run: chmod 600 " + file);
}

std::vector<StoredKey> KeyFolder::list() const {
    std::vector<StoredKey> keys;
    std::error_code fault;
    for (std::filesystem::directory_iterator at(path_, fault), end; !fault && at != end;
         at.increment(fault))
        if (at->path().extension() == kSuffix) keys.push_back(read(at->path().string()));
    if (fault && fault != std::errc::no_such_file_or_directory)
        throw Error(ErrorKind::InvalidInput, path_ + " cannot be read: " + fault.message());
    std::sort(keys.begin(), keys.end(), [](const auto& left, const auto& right) {
        return std::tie(left.created, left.kid) < std::tie(right.created, right.kid);
    });
    return keys;
}

StoredKey KeyFolder::make(Algorithm algorithm, fhir::Instant now) const {
    auto key = Key::generate(algorithm);
    // A word that begins with "-" would be an option to the command line.
    while (key.thumbprint().starts_with('-')) key = Key::generate(algorithm);
    StoredKey stored{key.thumbprint(), algorithm, now, {}, key};
    std::error_code fault;
    if (std::filesystem::create_directories(path_, fault))
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all, fault);
    if (fault) cannotWrite(path_);
    write(stored);
    return stored;
}

void KeyFolder::retire(const std::string& kid, fhir::Instant now) const {
    auto keys = list();
    const auto isActive = [](const StoredKey& key) { return !key.retired; };
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const StoredKey& key) {
        return key.kid == kid && isActive(key);
    });
    if (found == keys.end())
        throw Error(ErrorKind::NotFound,
                    "there is no key of this id in use; see: whatmatters keys list");
    const auto others = std::count_if(keys.begin(), keys.end(), [&](const StoredKey& key) {
        return key.kid != kid && isActive(key) && key.algorithm == found->algorithm;
    });
    if (others == 0)
        throw Error(ErrorKind::Conflict,
                    "this is the only " + std::string(fhir::smart::toString(found->algorithm)) +
                        " key; make its successor first: whatmatters keys new");
    found->retired = now;
    found->key.reset();
    write(*found);
}

std::optional<StoredKey> KeyFolder::signing(Algorithm algorithm, fhir::Instant now) const {
    std::optional<StoredKey> chosen;
    for (auto& key : list()) {
        if (key.retired || key.algorithm != algorithm) continue;
        if (!chosen || key.created + kPublishedBefore <= now) chosen = std::move(key);
    }
    return chosen;
}

fhir::smart::JwkSet KeyFolder::published() const {
    std::vector<fhir::smart::Jwk> keys;
    for (const auto& stored : list())
        if (stored.key) keys.push_back({*stored.key, stored.kid, stored.algorithm});
    return fhir::smart::JwkSet(std::move(keys));
}

void KeyFolder::write(const StoredKey& key) const {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("kid", key.kid)
        .member("algorithm", fhir::smart::toString(key.algorithm))
        .member("created", fhir::smart::toNumericDate(key.created));
    if (key.retired) writer.member("retired", fhir::smart::toNumericDate(*key.retired));
    if (key.key) writer.member("key", key.key->privatePem().reveal());
    replaceFile(path_ + "/" + key.kid + kSuffix, writer.endObject().take() + "\n");
}

}  // namespace plugin
