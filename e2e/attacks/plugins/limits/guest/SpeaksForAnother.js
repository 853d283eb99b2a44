import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

export default function Guest() {
  const fail = () => {
    const error = new Error('not mine');
    error.stack = `at fail (${location.origin}/api/plugins/other/widget/Chart.js:1:1)`;
    throw error;
  };
  return jsx('button', { onClick: fail, children: 'Fail' });
}
