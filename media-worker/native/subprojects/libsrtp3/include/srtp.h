// The part of libsrtp 3's API which the worker uses (src/RTC/SrtpSession.cpp, src/DepLibSRTP.cpp), over libsrtp 2.
//
// Two things differ. A policy of libsrtp 3 is an opaque object which owns its key; one of libsrtp 2 is a plain struct
// which points at it. And libsrtp 3 reads one buffer and writes another whose size it checks; libsrtp 2 works in place
// and trusts the caller that the trailer fits, so the sizes are checked here.
#pragma once

// libsrtp 2's struct makes room for the name.
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace srtp3
{
	/** A policy of libsrtp 2 together with the master key and salt it points at. */
	struct Policy
	{
		srtp2_policy_t settings{};
		uint8_t key[SRTP_MAX_KEY_LEN]{};
		bool hasKey{ false };
	};

	/** The sender's index, which libsrtp 2 writes between an SRTCP packet and its tag (RFC 3711 section 3.4). */
	constexpr size_t SrtcpIndexLength{ 4u };
} // namespace srtp3

using srtp_policy_t = srtp3::Policy*;

// Codes of libsrtp 3 which libsrtp 2 lacks.
constexpr srtp_err_status_t srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr srtp_err_status_t srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

/** Creates an empty policy; srtp_policy_destroy() frees it. */
inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	if (!policy)
	{
		return srtp_err_status_bad_param;
	}

	*policy = new (std::nothrow) srtp3::Policy();

	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

/** Wipes the key and frees the policy; nullptr is allowed. */
inline void srtp_policy_destroy(srtp_policy_t policy)
{
	if (!policy)
	{
		return;
	}

	// Unlike memset() this is never optimised away.
	explicit_bzero(policy->key, sizeof(policy->key));

	delete policy;
}

/** Says which streams the policy is for. */
inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	if (!policy)
	{
		return srtp_err_status_bad_param;
	}

	policy->settings.ssrc = ssrc;

	return srtp_err_status_ok;
}

/** Sets ciphers, key and tag lengths of SRTP and SRTCP from one of the profiles of DTLS-SRTP (RFC 5764, RFC 7714). */
inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	if (!policy)
	{
		return srtp_err_status_bad_param;
	}

	const srtp_err_status_t status =
	  srtp_crypto_policy_set_from_profile_for_rtp(&policy->settings.rtp, profile);

	if (status != srtp_err_status_ok)
	{
		return status;
	}

	return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->settings.rtcp, profile);
}

/**
 * Copies the master key and salt into the policy. One key only and no MKI, as the worker uses it. The profile must be
 * set before: libsrtp 2 reads as many octets as the profile says, so a key of another length is refused.
 */
inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLength,
  const uint8_t* salt,
  size_t saltLength,
  const uint8_t* mki,
  size_t mkiLength)
{
	if (!policy || !key || !salt || mki || mkiLength != 0 || policy->hasKey)
	{
		return srtp_err_status_bad_param;
	}

	// cipher_key_len counts key and salt together.
	if (
	  policy->settings.rtp.cipher_key_len < 0 || keyLength > sizeof(policy->key) ||
	  saltLength > sizeof(policy->key) - keyLength ||
	  keyLength + saltLength != static_cast<size_t>(policy->settings.rtp.cipher_key_len))
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->key, key, keyLength);
	std::memcpy(policy->key + keyLength, salt, saltLength);
	policy->hasKey = true;

	return srtp_err_status_ok;
}

/** Whether the same packet may be protected twice, as a retransmission without RTX needs. */
inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	if (!policy)
	{
		return srtp_err_status_bad_param;
	}

	policy->settings.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

/** How many packets back the replay check remembers. */
inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t packets)
{
	if (!policy)
	{
		return srtp_err_status_bad_param;
	}

	policy->settings.window_size = packets;

	return srtp_err_status_ok;
}

/** Creates a session; libsrtp copies what it needs, so that the policy may be destroyed afterwards. */
inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	if (!session || !policy || !policy->hasKey)
	{
		return srtp_err_status_bad_param;
	}

	policy->settings.key = policy->key;

	return ::srtp_create(session, &policy->settings);
}

namespace srtp3
{
	/**
	 * Copies `input` to `output` unless they are the same buffer, and lets libsrtp 2 work on it in place.
	 *
	 * `outputLength` is the room in `output` on entry and the length of the result on return. `growth` is the most that
	 * the operation may append. When it fails, `outputLength` is left as it was.
	 */
	template<typename Operation>
	inline srtp_err_status_t InPlace(
	  Operation operation,
	  srtp_t session,
	  const uint8_t* input,
	  size_t inputLength,
	  uint8_t* output,
	  size_t* outputLength,
	  size_t growth)
	{
		if (!session || !input || !output || !outputLength)
		{
			return srtp_err_status_bad_param;
		}

		// libsrtp 2 counts in int.
		if (inputLength > static_cast<size_t>(INT_MAX) - growth)
		{
			return srtp_err_status_bad_param;
		}

		if (*outputLength < inputLength + growth)
		{
			return srtp_err_status_buffer_small;
		}

		if (input != output)
		{
			std::memmove(output, input, inputLength);
		}

		int length = static_cast<int>(inputLength);

		const srtp_err_status_t status = operation(session, output, &length);

		if (status != srtp_err_status_ok)
		{
			return status;
		}

		if (length < 0)
		{
			return srtp_err_status_fail;
		}

		*outputLength = static_cast<size_t>(length);

		return srtp_err_status_ok;
	}
} // namespace srtp3

/** Encrypts and authenticates an RTP packet. `mkiIndex` has no meaning without MKI. */
inline srtp_err_status_t srtp_protect(
  srtp_t session,
  const uint8_t* rtp,
  size_t rtpLength,
  uint8_t* srtp,
  size_t* srtpLength,
  size_t /*mkiIndex*/)
{
	return srtp3::InPlace(
	  [](srtp_t context, void* packet, int* length) { return ::srtp_protect(context, packet, length); },
	  session,
	  rtp,
	  rtpLength,
	  srtp,
	  srtpLength,
	  SRTP_MAX_TRAILER_LEN);
}

/** Checks and decrypts an SRTP packet. */
inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLength, uint8_t* rtp, size_t* rtpLength)
{
	return srtp3::InPlace(
	  [](srtp_t context, void* packet, int* length) { return ::srtp_unprotect(context, packet, length); },
	  session,
	  srtp,
	  srtpLength,
	  rtp,
	  rtpLength,
	  0);
}

/** Encrypts and authenticates an RTCP packet. `mkiIndex` has no meaning without MKI. */
inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session,
  const uint8_t* rtcp,
  size_t rtcpLength,
  uint8_t* srtcp,
  size_t* srtcpLength,
  size_t /*mkiIndex*/)
{
	return srtp3::InPlace(
	  [](srtp_t context, void* packet, int* length)
	  { return ::srtp_protect_rtcp(context, packet, length); },
	  session,
	  rtcp,
	  rtcpLength,
	  srtcp,
	  srtcpLength,
	  SRTP_MAX_TRAILER_LEN + srtp3::SrtcpIndexLength);
}

/** Checks and decrypts an SRTCP packet. */
inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLength, uint8_t* rtcp, size_t* rtcpLength)
{
	return srtp3::InPlace(
	  [](srtp_t context, void* packet, int* length)
	  { return ::srtp_unprotect_rtcp(context, packet, length); },
	  session,
	  srtcp,
	  srtcpLength,
	  rtcp,
	  rtcpLength,
	  0);
}

/** Forgets a stream. The worker passes the SSRC in network byte order, which is how libsrtp 2 keeps it. */
inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return ::srtp_remove_stream(session, ssrc);
}
