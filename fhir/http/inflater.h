#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace fhir::http {

/// Takes gzip apart (RFC 1952) as it comes, in bounded memory.
class Inflater {
public:
    /// Gets what was inflated, part by part; each is a view that holds during the call only.
    using Sink = std::function<void(std::string_view part)>;

    Inflater();
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Inflates the next bytes. The sink sees them at most 64 KiB at a time, so that it can stop a
    /// few bytes that unfold to very many by throwing. Throws Error{BadReply} where the bytes are
    /// not gzip.
    void give(std::string_view bytes, const Sink& sink);

    /// Whether the bytes so far are whole: nothing at all, or members that all came to their end.
    bool isComplete() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fhir::http
