#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/url.h"
#include "fhir/http/transport.h"

/// Documents in which a server describes itself, and the addresses in them.
namespace fhir::smart {

/// "/.well-known/…" below an address, whether or not that ends with "/".
Url below(const Url& base, std::string_view path);

/// An address that the document of `base` names, relative to `base` as to a folder; nullopt where
/// it names none, or one that is not https though `base` is: nothing of ours travels in the clear
/// because a document says so. Throws Error{InvalidInput} where it is no address.
std::optional<Url> namedUrl(const std::optional<std::string>& text, const Url& base);

/// Asks for a document. No credential goes along. Errors name the step.
http::Response getDocument(http::Transport& transport, const std::string& step, const Url& url,
                           const char* accept, Deadline deadline);

/// What `read` gives from the root of a document that came from outside. Throws Error{BadReply}
/// where it is no JSON, longer than `bytesMax`, or `read` throws Error{InvalidInput}.
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
