import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

const fail = () => {
  throw new Error('thrown in a handler');
};
const reject = () => void Promise.reject(new Error('rejected'));

export default function Breaker() {
  return [
    jsx('button', { onClick: fail, children: 'Throw' }, 'throw'),
    jsx('button', { onClick: reject, children: 'Reject' }, 'reject'),
  ];
}
