#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace fhir::http {

/// Inflates gzip (RFC 1952) as it comes, in bounded memory.
class Inflater {
public:
    /// Gets the inflated bytes part by part; each view is valid during the call only.
    using Sink = std::function<void(std::string_view part)>;

    Inflater();
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Inflates the next bytes. The sink gets at most 64 KiB at a time, so that it can stop a gzip
    /// bomb by throwing. Throws Error{BadReply} if the bytes are not gzip.
    void give(std::string_view bytes, const Sink& sink);

    /// Whether the bytes so far are complete: no bytes at all, or gzip members that have all ended.
    bool isComplete() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fhir::http
