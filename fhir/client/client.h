#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/secret.h"
#include "fhir/http/transport.h"
#include "fhir/r4/bundle.h"
#include "fhir/r4/capability_statement.h"

namespace fhir {

struct ClientOptions {
    Url base;  ///< the FHIR base, "https://host/api/FHIR/R4"; a last "/" makes no difference
    /// Other names that the server gives itself in its links, behind a proxy for example:
    /// "http://internal:8080/fhir". Such a link is asked for at `base` instead.
    std::vector<Url> aliases;
    Headers headers;  ///< sent with every request
    /// The Authorization header's value for a request to `base`, asked for each request; nullopt
    /// where the server wants none. Goes to the base's own origin and path only.
    std::function<std::optional<Secret>()> authorization = [] { return std::nullopt; };
    /// Told the value that the server answered 401 to. True: `authorization` has another one now,
    /// and the request, which was not carried out, goes out once more with it.
    std::function<bool(const Secret&)> renew = [](const Secret&) { return false; };
    std::chrono::milliseconds timeout{15'000};  ///< one request, from connect to the last byte
    int pagesMax = 100;                         ///< of one search
    std::size_t entriesMax = 50'000;            ///< of one search
};

/// How a search ended.
struct SearchOutcome {
    int pages = 0;
    std::vector<Issue> issues;  ///< what the server remarked, and entries that could not be read
};

struct CreateOptions {
    /// `If-None-Exist`: a search that must find nothing, "identifier=system|value" percent-encoded
    /// (R4, http, section 3.1.0.8.2). Empty: an unconditional create.
    std::string ifNoneExist;
};

/// What a create did.
struct Created {
    enum class How { Created, AlreadyThere };  ///< 201, or 200 to a conditional create
    How how = How::Created;
    std::string location;  ///< "Observation/9"; "" where the server did not say
};

/// A FHIR R4 server as seen by its client. https://hl7.org/fhir/R4/http.html
///
/// Throws Error whose text names the step and what the server said in codes, never what it said
/// in words. May be used from several threads at once.
class Client {
public:
    Client(http::Transport& transport, ClientOptions options);

    /// GET [base]/[type]/[id], as a document. Throws Error{NotFound} on 404 and 410.
    json::Document read(std::string_view type, std::string_view id) const;

    template <class Resource>
    Resource read(std::string_view id) const {
        return readAs<Resource>(Resource::resourceType, id);
    }

    /// GET [base]/[type]?[query] and every page after it. `onEntry` gets each match and include;
    /// outcome entries become issues. `next` links are followed as they are, but only on the
    /// base's own origin; a page seen before and more pages than allowed end in Error{BadReply}.
    /// What `onEntry` throws as Error{InvalidInput} becomes an issue and the rest goes on.
    SearchOutcome search(std::string_view type, const Query& query,
                         const std::function<void(const BundleEntry&)>& onEntry) const;

    /// POST [base]/[type]. An answer of 200 or 201 is a success whatever its body. After
    /// Error{Unavailable} or Error{BadReply} the resource may or may not be there.
    Created create(std::string_view type, const std::string& resource,
                   const CreateOptions& options = {}) const;

    /// GET [base]/metadata.
    CapabilityStatement capabilities() const;

    const ClientOptions& options() const noexcept { return options_; }

    // The parts, for what goes beyond these interactions (bulk_export.h).

    http::Transport& transport() const noexcept { return transport_; }
    /// [base]/[path]?[query]
    Url urlOf(std::string_view path, const Query& query = {}) const;
    /// A request with the connection's headers, `Accept: application/fhir+json` and, where `url`
    /// lies within the base, its credential.
    http::Request request(std::string_view method, const Url& url) const;

private:
    template <class Resource>
    Resource readAs(std::string_view type, std::string_view id) const {
        const auto document = read(type, id);
        return asReply("read " + std::string(type),
                       [&] { return Resource::fromJson(document.root()); });
    }
    template <class Function>
    static auto asReply(std::string_view step, Function function) {
        try {
            return function();
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::InvalidInput) throw;
            const auto place = error.path().empty() ? "" : error.path() + " ";
            throw Error(ErrorKind::BadReply, std::string(step) + ": " + place + error.what(),
                        error.path());
        }
    }
    http::Response send(std::string_view method, const Url& url, std::string body,
                        const CreateOptions* create) const;
    json::Document get(const std::string& step, const Url& url) const;

    http::Transport& transport_;
    ClientOptions options_;
};

}  // namespace fhir
