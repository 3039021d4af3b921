#include "plugin/store/sealing/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <sstream>
#include <system_error>

#include "fhir/base/error.h"
#include "fhir/base/random.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// An id of 64 characters, a key of 64, and what is between and behind them.
constexpr std::size_t kBytesMax = 256;

[[noreturn]] void cannotBeMade(const std::string& path) {
    throw Error(ErrorKind::Internal, "the key file " + path + " cannot be made (" +
                                         std::error_code(errno, std::generic_category()).message() +
                                         "); its folder must belong to the user that this "
                                         "program runs as, or set /store/keys");
}

std::optional<Key> readKey(const std::string& path) {
    // By one call that says why it failed: a second look could find what was made in between.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) return std::nullopt;
    std::string content(kBytesMax, '\0');
    const auto bytes = file < 0 ? -1 : ::read(file, content.data(), content.size());
    if (file >= 0) ::close(file);
    if (bytes < 0)
        throw Error(ErrorKind::InvalidInput, "the key file " + path +
                                                 " cannot be read: it must belong to the user "
                                                 "that this program runs as");
    content.resize(static_cast<std::size_t>(bytes));
    std::istringstream words(content);
    std::string id;
    std::string text;
    if (!(words >> id >> text))
        throw Error(ErrorKind::InvalidInput,
                    "the key file " + path + " holds no key: restore it from a backup");
    return Key::fromText(id, fhir::Secret(text));
}

/// Writes and flushes all of it, so that the name, once it is there, never stands for a half key.
void writeFlushed(const std::string& path, const std::string& text) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) cannotBeMade(path);
    const bool isDone =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    ::close(file);
    if (!isDone) cannotBeMade(path);
}

}  // namespace

Key keyInFile(const std::string& path) {
    if (auto key = readKey(path)) return *std::move(key);
    auto key = Key::random("file-" + fhir::randomUuid().substr(0, 8));
    const auto unfinished = path + "." + fhir::randomUuid();
    writeFlushed(unfinished, key.id + " " + key.text().reveal() + "\n");
    const int linked = ::link(unfinished.c_str(), path.c_str());
    const int why = errno;
    ::unlink(unfinished.c_str());
    errno = why;
    if (linked == 0) return key;
    if (why == EEXIST)
        if (auto theirs = readKey(path)) return *std::move(theirs);
    cannotBeMade(path);
}

}  // namespace plugin::store
