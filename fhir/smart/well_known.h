#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/json_wanted.h"
#include "fhir/base/url.h"
#include "fhir/http/transport.h"

/// Documents in which a server describes itself, and the addresses in them.
namespace fhir::smart {

/// Appends "/.well-known/…" to an address, whether or not that ends with "/".
Url below(const Url& base, std::string_view path);

/// Reads an address from a document of `base`; a relative one is resolved in the folder `base`.
/// nullopt if it is absent, or is not https although `base` is: no document can make us send
/// anything unencrypted. Throws Error{InvalidInput} if it is no address.
std::optional<Url> namedUrl(const std::optional<std::string>& text, const Url& base);

/// As `namedUrl`, of the element of that name; nullopt also where it is no address.
std::optional<Url> wantedUrl(json::Wanted& wanted, const json::Value& json, const json::Name& name,
                             const Url& base);

/// Whether a server says that its answers to launches always name it (RFC 9207, section 3). True if
/// what it says cannot be read: then an answer that names nobody is refused.
std::optional<bool> wantedNamesIssuer(json::Wanted& wanted, const json::Value& json);

/// Gets a document without sending a credential. Errors name the step.
http::Response getDocument(http::Transport& transport, const std::string& step, const Url& url,
                           const char* accept, Deadline deadline);

/// Parses a document from outside and returns what `read` makes of its root. Throws Error{BadReply}
/// if it is no JSON or is longer than `bytesMax`, or if `read` throws Error{InvalidInput}.
template <class Read>
auto readDocument(const std::string& step, std::string body, std::size_t bytesMax, Read read) {
    try {
        const auto document = json::Document::parse(std::move(body), {.bytesMax = bytesMax});
        return read(document.root());
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        throw Error(ErrorKind::BadReply, step + ": " + error.path() + " " + error.what(),
                    error.path());
    }
}

}  // namespace fhir::smart
