#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>

namespace test {

/// The text as one gzip member.
inline std::string gzip(const std::string& text) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("cannot compress");
    std::string result(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    const int end = deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    if (end != Z_STREAM_END) throw std::runtime_error("cannot compress");
    return result;
}

/// What a gzip member holds.
inline std::string gunzip(const std::string& packed) {
    z_stream stream{};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::runtime_error("cannot read gzip");
    std::string result;
    std::string block(64 * 1024, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    int end = Z_OK;
    while (end == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(block.data());
        stream.avail_out = static_cast<uInt>(block.size());
        end = inflate(&stream, Z_NO_FLUSH);
        result.append(block, 0, block.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (end != Z_STREAM_END) throw std::runtime_error("this is no gzip");
    return result;
}

}  // namespace test
