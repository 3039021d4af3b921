#include "fhir/http/inflater.h"

#include <zlib.h>

#include <array>

#include "fhir/base/error.h"

namespace fhir::http {

struct Inflater::State {
    z_stream stream{};
    bool inMember = false;  ///< a member was begun and has not ended
    std::array<char, 64 * 1024> part;
};

Inflater::Inflater() : state_(std::make_unique<State>()) {
    // 16 more than the largest window: gzip, and nothing else.
    if (inflateInit2(&state_->stream, 16 + MAX_WBITS) != Z_OK)
        throw Error(ErrorKind::Internal, "the decompression cannot be started");
}

Inflater::~Inflater() {
    inflateEnd(&state_->stream);
}

bool Inflater::isComplete() const noexcept {
    return !state_->inMember;
}

void Inflater::give(std::string_view bytes, const Sink& sink) {
    auto& [stream, inMember, part] = *state_;
    // zlib takes what it reads as changeable and leaves it as it is.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    // A full part may leave more behind although every byte was taken.
    bool more = false;
    while (stream.avail_in > 0 || more) {
        inMember = true;
        stream.next_out = reinterpret_cast<Bytef*>(part.data());
        stream.avail_out = static_cast<uInt>(part.size());
        const int result = inflate(&stream, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            throw Error(ErrorKind::BadReply, "the compressed answer is broken");
        more = result == Z_OK && stream.avail_out == 0;
        if (const auto count = part.size() - stream.avail_out; count > 0)
            sink({part.data(), count});
        if (result != Z_STREAM_END) continue;
        // Another member may follow (RFC 1952, section 2.2).
        inMember = false;
        if (inflateReset(&stream) != Z_OK)
            throw Error(ErrorKind::Internal, "the decompression cannot be started again");
    }
}

}  // namespace fhir::http
