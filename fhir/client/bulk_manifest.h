#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/url.h"

namespace fhir {

class Client;

/// A file of an export.
struct BulkFile {
    Url url;
    std::optional<std::int64_t> count;  ///< of the resources in it; nullopt if it is not said
};

/// What the server says is ready (Bulk Data Access 2.0, complete status).
struct BulkManifest {
    std::string transactionTime;  ///< as the server writes it; "" if it is not said
    /// Whether the files want our token; nullopt where what it says cannot be read.
    std::optional<bool> requiresAccessToken = false;
    std::vector<BulkFile> output, deleted, error;
    std::vector<Issue> issues;  ///< of what was left out
};

/// Reads what came from `status`. Where the files are is needed; all else is wanted, and what of it
/// cannot be read is an issue. A file below an alias of the server is asked for at its base. Throws
/// Error{BadReply} if it is no manifest, has more than `filesMax` files of a kind, or one at an
/// address that `checkedFile` refuses.
BulkManifest readBulkManifest(const json::Document& document, const Url& status,
                              const Client& client, std::size_t filesMax);

/// Returns the address of a file. A server must not send us to what only we can reach, nor out of
/// TLS: then throws Error{BadReply}. `base`: of the server.
Url checkedFile(Url url, const Url& base);

}  // namespace fhir
