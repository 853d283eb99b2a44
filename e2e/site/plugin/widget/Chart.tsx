import { useState } from 'react';
import { createPortal } from 'react-dom';
import './chart.css';

/** Has a style sheet, an inline style, a class of the host, and a portal. */
export default function Chart() {
  const [count, setCount] = useState(0);
  return (
    <>
      <button className="chart" style={{ paddingLeft: 7 }} onClick={() => setCount(count + 1)}>
        Chart {count}
      </button>
      {createPortal(<p className="chart-tip">Tip {count}</p>, document.body)}
    </>
  );
}
